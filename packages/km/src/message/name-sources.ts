/**
 * The member of `params` that says what a message is about, by method; over HTTP the header Mcp-Name repeats it.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports — Streamable HTTP, standard request headers
 */
export const nameSources: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};
