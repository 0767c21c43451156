/*
 * Runs a command as an MCP client would and puts load on it: load COMMAND [ARGS...]
 *
 * It says hello, prints how long the answer took, then obeys lines on stdin, one line of JSON for each on stdout:
 *   go SIZE TOTAL WINDOW PACE_NS LIMIT_NS
 * sends TOTAL calls of SIZE bytes, at most WINDOW of them unanswered, one each PACE_NS (0: as fast as it goes), and stops
 * starting new ones after LIMIT_NS (0: no limit). EOF closes the command's stdin and waits for its end.
 *
 * Every byte that comes back is compared with what must come back, in order; the first that differs ends the run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

#define SAMPLES (1 << 22)
#define STUCK_NS 60000000000ull
#define FIRST_ID 1000000000ull

typedef uint64_t u64;

static struct {
  int to, from;
  pid_t pid;
} child;
static char *call, *want;      /* one line each, the id changed for every message */
static size_t size;            /* of both */
static u64 started, answered;  /* lines begun and lines come back, since the start */
static size_t call_at, want_at; /* how much of the current line has left, and come back */
static u64 *sent_at, *latency; /* rings over the last SAMPLES messages, in nanoseconds */
static u64 quiet_since, longest_silence, samples;

static u64 now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (u64)t.tv_sec * 1000000000ull + (u64)t.tv_nsec;
}

static void fail(const char *what, u64 where) {
  fprintf(stderr, "load: %s (message %" PRIu64 ", byte %zu): %s\n", what, where, want_at, strerror(errno));
  kill(child.pid, SIGTERM);
  exit(3);
}

static void put_number(char *at, u64 number) {
  for (int digit = ID_DIGITS - 1; digit >= 0; digit--, number /= 10) at[digit] = (char)('0' + number % 10);
}

/* In the payload too, where there is room: who looks at calls takes the very same one again and again for a loop. */
static void put_id(char *line, u64 number) {
  put_number(line + ID_AT, FIRST_ID + number);
  if (size >= PAYLOAD_AT + ID_DIGITS + sizeof TAIL - 1) put_number(line + PAYLOAD_AT, FIRST_ID + number);
}

/* Text as tools send it: words, quotes and line ends that JSON must escape, and a letter beyond ASCII. */
static void put_payload(char *at, size_t count) {
  static const char text[] = "const total = items.map((item) => item.price);\\nprint(\\\"Gr\xc3\xb6\xc3\x9f" "e\\\"); ";
  size_t whole = count / (sizeof text - 1) * (sizeof text - 1);
  for (size_t done = 0; done < whole; done += sizeof text - 1) memcpy(at + done, text, sizeof text - 1);
  memset(at + whole, '.', count - whole);
}

static char *line_of(const char *head) {
  char *line = malloc(size);
  size_t tail = sizeof TAIL - 1;
  memcpy(line, head, PAYLOAD_AT);
  put_payload(line + PAYLOAD_AT, size - PAYLOAD_AT - tail);
  memcpy(line + size - tail, TAIL, tail);
  return line;
}

static void resize(size_t wanted) {
  if (wanted < PAYLOAD_AT + sizeof TAIL - 1) fail("a message is at least 99 bytes", 0);
  if (wanted == size) return;
  size = wanted;
  free(call);
  free(want);
  call = line_of(CALL);
  want = line_of(ANSWER);
}

/* Each call is a write of its own: that is how the clients of the SDKs send. */
static int push(u64 allowed, u64 time) {
  if (call_at == 0) {
    if (started >= allowed) return 0;
    if (started == answered) quiet_since = time;
    sent_at[started % SAMPLES] = time;
    put_id(call, ++started);
  }
  ssize_t wrote = write(child.to, call + call_at, size - call_at);
  if (wrote < 0 && errno != EAGAIN) fail("the command takes no more input", started);
  if (wrote <= 0) {
    if (call_at == 0) started--; /* The pipe is full: this one has not begun. */
    return 0;
  }
  call_at = (call_at + (size_t)wrote) % size;
  return 1;
}

static void check(const char *bytes, size_t count, u64 time) {
  while (count > 0) {
    if (answered == started) fail("more came back than was asked for", answered);
    if (want_at == 0) put_id(want, answered + 1);
    size_t piece = size - want_at < count ? size - want_at : count;
    if (memcmp(bytes, want + want_at, piece) != 0) fail("not the bytes that must come back", answered + 1);
    bytes += piece;
    count -= piece;
    want_at += piece;
    if (want_at < size) return;
    want_at = 0;
    latency[samples++ % SAMPLES] = time - sent_at[answered++ % SAMPLES];
  }
}

static int pull(void) {
  static char buffer[1 << 20];
  ssize_t got = read(child.from, buffer, sizeof buffer);
  if (got == 0) fail("the command closed its output", answered);
  if (got < 0 && errno != EAGAIN) fail("reading failed", answered);
  if (got <= 0) return 0;
  u64 time = now();
  if (time - quiet_since > longest_silence) longest_silence = time - quiet_since;
  quiet_since = time;
  check(buffer, (size_t)got, time);
  return 1;
}

static void wait_until(u64 due, u64 time, int blocked) {
  struct pollfd fds[2] = {{child.from, POLLIN, 0}, {child.to, blocked ? POLLOUT : 0, 0}};
  u64 longest = due > time ? due - time : 0;
  struct timespec timeout = {(time_t)(longest / 1000000000ull), (long)(longest % 1000000000ull)};
  ppoll(fds, 2, &timeout, NULL);
}

/* The u64 that decide a run, in the order of the `go` line. */
struct plan {
  u64 size, total, window, pace, limit;
};

static void go(struct plan plan) {
  u64 begin = now(), first = answered, end = answered + plan.total, time = begin;
  resize(plan.size);
  samples = longest_silence = 0;
  quiet_since = begin;
  while (answered < end) {
    u64 allowed = answered + plan.window < end ? answered + plan.window : end;
    u64 due = first + (plan.pace > 0 ? 1 + (time - begin) / plan.pace : plan.total);
    if (plan.limit > 0 && time - begin > plan.limit) allowed = end = started;
    allowed = allowed < due ? allowed : due;
    int moved = 0;
    for (int turn = 0; turn < 64 && push(allowed, time); turn++) moved = 1;
    moved |= pull();
    time = now();
    if (moved) continue;
    if (time - quiet_since > STUCK_NS && started > answered) fail("no answer for a minute", answered + 1);
    due = plan.pace > 0 && started < end ? begin + (started - first) * plan.pace : time + 1000000000ull;
    wait_until(due, time, call_at > 0 || started < allowed);
  }
  plan.total = answered - first;
  plan.limit = now() - begin;
  plan.window = plan.total * size;
  printf("{\"messages\":%" PRIu64 ",\"ns\":%" PRIu64 ",\"bytes\":%" PRIu64, plan.total, plan.limit, plan.window);
}

static int by_size(const void *a, const void *b) {
  u64 x = *(const u64 *)a, y = *(const u64 *)b;
  return (x > y) - (x < y);
}

static void print_latencies(void) {
  u64 count = samples < SAMPLES ? samples : SAMPLES;
  qsort(latency, count, sizeof *latency, by_size);
  const char *names[] = {"p50", "p90", "p99", "max"};
  u64 places[] = {count / 2, count * 9 / 10, count * 99 / 100, count - 1};
  for (int i = 0; i < 4 && count > 0; i++) printf(",\"%s\":%" PRIu64, names[i], latency[places[i]]);
  printf(",\"silence\":%" PRIu64 "}\n", longest_silence);
  fflush(stdout);
}

static void spawn(char **argv) {
  extern char **environ;
  int to[2], from[2];
  posix_spawn_file_actions_t files;
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) fail("no pipe", 0);
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, to[0], 0);
  posix_spawn_file_actions_adddup2(&files, from[1], 1);
  errno = posix_spawnp(&child.pid, argv[0], &files, NULL, argv, environ);
  if (errno != 0) fail("the command does not start", 0);
  close(to[0]);
  close(from[1]);
  child.to = to[1];
  child.from = from[0];
}

/* Blocking, for once: only the time until the whole answer is here matters. */
static void say_hello(void) {
  char line[sizeof WELCOME];
  size_t have = 0;
  if (write(child.to, HELLO, sizeof HELLO - 1) < 0) fail("no hello", 0);
  while (have < sizeof WELCOME - 1) {
    ssize_t got = read(child.from, line + have, sizeof WELCOME - 1 - have);
    if (got <= 0) fail("no answer to hello", 0);
    have += (size_t)got;
  }
  if (memcmp(line, WELCOME, have) != 0) fail("not the answer to hello", 0);
}

static void end(void) {
  int status;
  struct rusage used;
  close(child.to);
  if (wait4(child.pid, &status, 0, &used) < 0) fail("the command is not there", answered);
  u64 cpu = (u64)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000ull +
            (u64)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000ull;
  printf("{\"exit\":%d,\"answered\":%" PRIu64 ",\"cpuNs\":%" PRIu64 "}\n",
         WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), answered, cpu);
}

int main(int count, char **argv) {
  struct plan plan;
  u64 begin = now();
  if (count < 2) return fputs("usage: load COMMAND [ARGS...]\n", stderr), 2;
  signal(SIGPIPE, SIG_IGN);
  sent_at = calloc(SAMPLES, sizeof *sent_at);
  latency = calloc(SAMPLES, sizeof *latency);
  spawn(argv + 1);
  say_hello();
  printf("{\"pid\":%d,\"ns\":%" PRIu64 "}\n", child.pid, now() - begin);
  fflush(stdout);
  fcntl(child.to, F_SETFL, O_NONBLOCK);
  fcntl(child.from, F_SETFL, O_NONBLOCK);
  while (scanf(" go %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &plan.size, &plan.total, &plan.window,
               &plan.pace, &plan.limit) == 5) {
    go(plan);
    print_latencies();
  }
  end();
  return 0;
}
