import type { ServerExit } from '../transport/server-end.ts';

/** When a run that has to end is helped along, in milliseconds. */
export interface EndingTimes {
  /** After the client's EOF: idle time until SIGTERM (`proxy.term_after`). */
  readonly termAfterMs: number;
  /** After SIGTERM: time until SIGKILL (`proxy.kill_after`). */
  readonly killAfterMs: number;
  /** After the client's EOF: longest time that open requests may still take (`proxy.timeout`). */
  readonly openMs: number;
}

/** After a signal to km: time until the child gets SIGTERM, and until SIGKILL. Clients wait 2 s before they kill km itself. */
const signalTermMs = 500;
const signalKillMs = 1_500;

/** How often it is looked whether requests are still open. */
const lookMs = 50;

export interface EndingParts {
  readonly times: EndingTimes;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exited: Promise<ServerExit>;
  /** True once a JSON-RPC message was seen: a server may be told to end, any other program is only given EOF. */
  readonly spoken: () => boolean;
  /** True while a request of the client has no response. */
  readonly waiting: () => boolean;
  readonly now: () => number;
}

/** Ends the server after its client has gone or km was told to end: first asks, then insists. */
export class Ending {
  readonly #parts: EndingParts;
  #timers: NodeJS.Timeout[] = [];
  #lastActive = 0;
  #over = false;

  constructor(parts: EndingParts) {
    this.#parts = parts;
    parts.exited.then(() => this.#stop());
  }

  /** Output still flows: a server that is talking is not told to end. */
  active(): void {
    this.#lastActive = this.#parts.now();
  }

  /** The client has closed its end; the server has been given EOF. */
  clientGone(): void {
    const since = this.#parts.now();
    this.#lastActive = since;
    this.#every(lookMs, () => this.#look(since));
  }

  /** km got a signal. */
  signalled(signal: NodeJS.Signals): void {
    this.#parts.kill(signal);
    this.#after(signalTermMs, () => this.#parts.kill('SIGTERM'));
    this.#after(signalKillMs, () => this.#parts.kill('SIGKILL'));
  }

  #look(since: number): void {
    const { times, spoken, waiting, now, kill } = this.#parts;
    if (!spoken()) return; // Like in a shell pipe: `km monitor -- pytest </dev/null` may run for an hour.
    if (waiting()) this.active();
    const idle = now() - this.#lastActive >= times.termAfterMs;
    if (!idle && now() - since < times.openMs + times.termAfterMs) return;
    this.#stop();
    this.#over = false;
    kill('SIGTERM');
    this.#after(times.killAfterMs, () => kill('SIGKILL'));
  }

  #after(ms: number, act: () => void): void {
    if (!this.#over) this.#timers.push(setTimeout(act, ms));
  }

  #every(ms: number, act: () => void): void {
    if (!this.#over) this.#timers.push(setInterval(act, ms));
  }

  #stop(): void {
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }
}
