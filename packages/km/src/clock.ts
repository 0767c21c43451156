/**
 * Milliseconds, with fractions, on a clock that never goes back: for durations.
 *
 * Not `performance.now()`, whose first use loads a part of Node that takes a millisecond of every start.
 */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
