import { codeOf } from './fault.ts';
import type { Pace } from './pace.ts';
import { listSegments } from './segments.ts';
import type { LogOptions, Trim } from './writer.ts';

/** When there are more segments than there may be at the start. */
const overdueMs = 300;

/** What upkeep needs of the log that it is for. */
interface Owner {
  readonly trim: (trims: readonly Trim[]) => Promise<boolean>;
  readonly report: (kind: string, sentence: string) => void;
}

/** Compresses and drops the segments of a log: some time after a rotation, after the start, and now and then. */
export class Upkeep {
  readonly #options: LogOptions;
  readonly #pace: Pace;
  readonly #owner: Owner;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;
  #running = false;
  #againMs = Number.POSITIVE_INFINITY;

  constructor(options: LogOptions, pace: Pace, owner: Owner) {
    this.#options = options;
    this.#pace = pace;
    this.#owner = owner;
  }

  /** A segment was opened. At the start of a run, and not at each rotation, it is asked whether upkeep is overdue. */
  first(start: boolean): void {
    this.in(start && this.#overdue() ? overdueMs : this.#pace.firstUpkeepMs);
  }

  /** Plans the next round, unless one is planned sooner or running. */
  in(ms: number): void {
    if (this.#running) this.#againMs = Math.min(this.#againMs, ms);
    if (this.#stopped.signal.aborted || this.#running || Date.now() + ms >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = Date.now() + ms;
    this.#timer = setTimeout(() => void this.#run(ms), ms).unref();
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
  }

  /** More segments than there may be: where every run is short, none lives to its first upkeep. */
  #overdue(): boolean {
    return listSegments(this.#options.file).filter(({ own }) => own).length > this.#options.maxFiles;
  }

  /** What is still written to is tried again, less and less often. */
  async #run(waited: number): Promise<void> {
    const { file, maxFiles, maxAge } = this.#options;
    const { signal } = this.#stopped;
    const later = Math.min(waited * 2, 60_000);
    let next = this.#pace.upkeepMs;
    this.#running = true;
    this.#againMs = Number.POSITIVE_INFINITY;
    try {
      // Loaded only now: most runs never get here, and start the sooner.
      const { maintain } = await import('./maintain.ts');
      const { trim } = this.#owner;
      if ((await maintain({ file, maxFiles, maxAge, now: Date.now(), trim, signal })) === 'later') next = later;
    } catch (error) {
      if (signal.aborted) return;
      next = later;
      const code = codeOf(error);
      this.#owner.report(`maintain ${code}`, `Old log segments could not be compressed or dropped (${code}).`);
    }
    this.#running = false;
    this.#at = Number.POSITIVE_INFINITY;
    this.in(Math.min(next, this.#againMs));
  }
}
