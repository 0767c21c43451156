import { randomBytes } from 'node:crypto';
import { isKmError } from '@kilometers/core/errors.ts';
import { LegacySession } from './legacy-session.ts';
import { codes, type Refusal } from './rpc-error.ts';
import type { Serve, Served } from './served.ts';

export interface SessionsParts {
  readonly serve: Serve;
  readonly sessionsMax: number;
  /** A session whose client has been away for so long is ended. */
  readonly idleSeconds: number;
  /** Stands at the beginning of every id, so that a balancer finds the node; may be empty. */
  readonly node: string;
  readonly onFault: (message: string) => void;
}

/** The sessions of clients up to MCP 2025-11-25, each with a server of its own. */
export class LegacySessions {
  readonly #parts: SessionsParts;
  readonly #sessions = new Map<string, LegacySession>();
  readonly #closed = new Set<Promise<unknown>>();
  readonly #running = new Map<LegacySession, Served>();
  #starting = 0;
  #draining = false;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** True while any client waits for a response. */
  get busy(): boolean {
    for (const session of this.#sessions.values()) if (session.busy) return true;
    return this.#starting > 0;
  }

  find(id: string): LegacySession | undefined {
    const session = this.#sessions.get(id);
    return session?.open ? session : undefined;
  }

  /** Starts a server for a client that is new. */
  async open(hop: string | undefined): Promise<LegacySession | Refusal> {
    if (this.#draining) return busy('This km is ending and takes no new sessions.');
    if (this.#sessions.size + this.#starting >= this.#parts.sessionsMax)
      return busy(`${this.#parts.sessionsMax} sessions are open; no more are taken (listen.max_sessions).`);
    this.#starting++;
    try {
      return await this.#start(hop);
    } catch (error) {
      return this.#failed(error);
    } finally {
      this.#starting--;
    }
  }

  /** The client ends its session. */
  close(session: LegacySession): void {
    this.#sessions.delete(session.id);
    session.close();
  }

  /** Once a second. */
  beat(): void {
    for (const session of this.#sessions.values()) {
      session.beat();
      if (session.idleBeats >= this.#parts.idleSeconds) this.close(session);
    }
  }

  /** No new sessions, and none that nobody waits in. */
  drain(): void {
    this.#draining = true;
    for (const session of [...this.#sessions.values()]) if (!session.busy) this.close(session);
  }

  /** Ends every session, and ends itself with the last server. */
  async end(): Promise<void> {
    this.#draining = true;
    for (const [session, served] of this.#running) {
      const { busy } = session;
      this.close(session);
      if (busy) served.stop();
    }
    await Promise.all(this.#closed);
  }

  kill(): void {
    for (const { kill } of this.#running.values()) kill();
  }

  async #start(hop: string | undefined): Promise<LegacySession> {
    const session = new LegacySession(sessionId(this.#parts.node));
    const served = await this.#parts.serve(session.end, hop);
    session.attach(served);
    this.#sessions.set(session.id, session);
    this.#running.set(session, served);
    served.ended.then(({ said }) => {
      this.#sessions.delete(session.id);
      this.#running.delete(session);
      session.serverEnded(said);
    });
    this.#closed.add(served.closed);
    served.closed.then(() => this.#closed.delete(served.closed));
    return session;
  }

  #failed(error: unknown): Refusal {
    if (!isKmError(error)) throw error;
    this.#parts.onFault(error.message);
    return { status: 502, code: codes.internal, message: `The server could not be started: ${error.message}` };
  }
}

/** Cannot be guessed, and is visible ASCII, as MCP asks for. */
function sessionId(node: string): string {
  const own = randomBytes(24).toString('base64url');
  return node === '' ? own : `${node}.${own}`;
}

function busy(message: string): Refusal {
  return { status: 503, code: codes.internal, message, headers: { 'Retry-After': '5' } };
}
