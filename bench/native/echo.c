/* An MCP server that answers every call with its own payload, at the price of a memory copy. */
#include <string.h>
#include <unistd.h>

#include "wire.h"

static char buffer[1 << 18];

static void write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t wrote = write(1, bytes, count);
    if (wrote <= 0) _exit(0);
    bytes += wrote;
    count -= (size_t)wrote;
  }
}

/* The one answer that is not as long as its request. Byte by byte: what follows the line belongs to the loop below. */
static void greet(void) {
  char byte;
  while (read(0, &byte, 1) == 1) {
    if (byte == '\n') return write_all(WELCOME, sizeof WELCOME - 1);
  }
  _exit(0);
}

/* Overwrites what of [ANSWER_AT, PAYLOAD_AT) of the line lies in this piece, which begins at `at` of the line. */
static void answer(char *piece, size_t at, size_t count) {
  size_t from = at > ANSWER_AT ? at : ANSWER_AT;
  size_t to = at + count < PAYLOAD_AT ? at + count : PAYLOAD_AT;
  if (from < to) memcpy(piece + (from - at), ANSWER + from, to - from);
}

int main(void) {
  size_t at = 0;
  ssize_t got;
  greet();
  while ((got = read(0, buffer, sizeof buffer)) > 0) {
    char *piece = buffer, *end = buffer + got;
    while (piece < end) {
      char *newline = memchr(piece, '\n', (size_t)(end - piece));
      size_t count = (size_t)((newline ? newline + 1 : end) - piece);
      answer(piece, at, count);
      at = newline ? 0 : at + count;
      write_all(piece, count); /* A write for each answer: that is how the servers of the SDKs send. */
      piece += count;
    }
  }
  return 0;
}
