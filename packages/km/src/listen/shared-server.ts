import { isKmError } from '@kilometers/core/errors.ts';
import { codes, type Refusal } from './rpc-error.ts';
import type { Serve, Served } from './served.ts';
import { SharedEnd } from './shared-end.ts';

export interface SharedParts {
  readonly serve: Serve;
  /** Without a request for so long the server is ended; the next request starts it again. */
  readonly idleSeconds: number;
  readonly onFault: (message: string) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

/** A server that ran for less counts as one that does not come up. */
const settledMs = 10_000;

/** How long the next start is put off: doubled with each start in vain. */
const firstDelayMs = 1_000;
const delayMsMax = 30_000;

/** The one server of all clients of MCP 2026-07-28 and later: started with the first request, and again when it has ended. */
export class SharedServer {
  readonly #parts: SharedParts;
  #running: Promise<SharedEnd> | undefined;
  #end: SharedEnd | undefined;
  #served: Served | undefined;
  #failures = 0;
  #notBefore = 0;
  #draining = false;

  constructor(parts: SharedParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#end?.busy === true;
  }

  /** The end to post to, or why there is none. */
  async end(): Promise<SharedEnd | Refusal> {
    if (this.#end?.open === true) return this.#end;
    if (this.#draining) return unavailable('This km is ending.', 5);
    const waitMs = this.#notBefore - this.#parts.now();
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000);
      return unavailable(`The server does not stay up; it is started again in ${seconds} s.`, seconds);
    }
    this.#running ??= this.#start().finally(() => {
      this.#running = undefined;
    });
    try {
      return await this.#running;
    } catch (error) {
      if (!isKmError(error)) throw error;
      this.#failed();
      this.#parts.onFault(error.message);
      return { status: 502, code: codes.internal, message: `The server could not be started: ${error.message}` };
    }
  }

  /** Once a second. */
  beat(): void {
    this.#end?.beat();
    if (this.#end && this.#end.idleBeats >= this.#parts.idleSeconds) this.#end.close();
  }

  /** Ends what would never end by itself. */
  drain(): void {
    this.#draining = true;
    this.#end?.endSubscriptions();
  }

  async stop(): Promise<void> {
    this.#draining = true;
    const busy = this.busy;
    this.#end?.close();
    if (busy) this.#served?.stop();
    await this.#served?.closed;
  }

  kill(): void {
    this.#served?.kill();
  }

  async #start(): Promise<SharedEnd> {
    const end = new SharedEnd();
    const startedAt = this.#parts.now();
    const served = await this.#parts.serve(end.end);
    end.attach(served);
    this.#end = end;
    this.#served = served;
    served.ended.then(({ said }) => {
      if (this.#end === end) this.#end = undefined;
      if (this.#parts.now() - startedAt >= settledMs || !end.open) this.#failures = 0;
      else this.#failed();
      end.serverEnded(said);
    });
    return end;
  }

  /** The first time it is started again at once: any server may end once. */
  #failed(): void {
    this.#failures++;
    if (this.#failures < 2) return;
    this.#notBefore = this.#parts.now() + Math.min(delayMsMax, firstDelayMs * 2 ** (this.#failures - 2));
  }
}

function unavailable(message: string, seconds: number): Refusal {
  return { status: 503, code: codes.internal, message, headers: { 'Retry-After': String(seconds) } };
}
