/** Calls `then` once, `ms` milliseconds from now, unless the function it returns is called before. */
export type After = (ms: number, then: () => void) => () => void;

/** By the process's own timers. A call still to come never keeps the process alive. */
export const afterUnref: After = (ms, then) => {
  const timer = setTimeout(then, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

/** By the process's own timers, which keep the process alive until they have run. */
export const after: After = (ms, then) => {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
};
