/*
 * The two lines that load.c and echo.c agree on. They have one length and differ only between ANSWER_AT and PAYLOAD_AT,
 * so that the echo server answers by overwriting 61 bytes where they are: it must never be what a run waits for.
 */
#define HEAD "{\"jsonrpc\":\"2.0\",\"id\":1000000000,"
#define CALL HEAD "\"method\":\"tools/call\",\"params\":{\"name\":\"e\",\"arguments\":{\"a\":\""
#define ANSWER HEAD "\"result\":{\"content\":[],\"structuredContent\":{\"echoedPayload\":\""
#define TAIL "\"}}}\n"

#define ID_AT 22
#define ID_DIGITS 10
#define ANSWER_AT (sizeof HEAD - 1)
#define PAYLOAD_AT (sizeof CALL - 1)

#define HELLO                                                                                                          \
  HEAD "\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"                \
       "\"clientInfo\":{\"name\":\"bench\",\"version\":\"1.0.0\"}}}\n"
#define WELCOME                                                                                                        \
  HEAD "\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},"                              \
       "\"serverInfo\":{\"name\":\"echo\",\"version\":\"1.0.0\"}}}\n"

_Static_assert(sizeof CALL == sizeof ANSWER, "the echo server answers in place");
