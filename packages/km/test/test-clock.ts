import type { After } from '../src/after.ts';

interface Timer {
  readonly at: number;
  readonly then: () => void;
}

/** Time that stands still until a test moves it. */
export class TestClock {
  time = Date.UTC(2026, 10, 1);
  readonly #timers = new Set<Timer>();

  readonly now = (): number => this.time;

  readonly after: After = (ms, then) => {
    const timer = { at: this.time + ms, then };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** Lets time pass, timer by timer; `settle` is waited for after each, so that what one began has ended. */
  async pass(ms: number, settle: () => Promise<unknown>): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      await settle();
      const due = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.then();
    }
    this.time = until;
  }
}
