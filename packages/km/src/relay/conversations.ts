import type { Conversation } from './conversation.ts';

interface Kept {
  readonly conversation: Promise<Conversation>;
  /** Requests under way. */
  open: number;
  idleBeats: number;
}

export interface ConversationsParts {
  readonly open: () => Promise<Conversation>;
  /** So many sessions have a record of their own; those beyond share one (`listen.max_sessions`). */
  readonly sessionsMax: number;
  /** A session that nobody has used for so long is taken for ended. */
  readonly idleSeconds: number;
}

/**
 * The conversations of one route. Each session has one; what is said outside of sessions shares one.
 *
 * Sessions are the server's: km learns of them by the header that names them, also of those that are older than itself.
 */
export class Conversations {
  readonly #parts: ConversationsParts;
  readonly #sessions = new Map<string, Kept>();
  readonly #closing = new Set<Promise<void>>();
  #shared: Promise<Conversation> | undefined;

  constructor(parts: ConversationsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** That of everything outside of sessions. */
  shared(): Promise<Conversation> {
    this.#shared ??= this.#parts.open();
    return this.#shared;
  }

  /** That of a session; to be given back when the request is over. */
  of(session: string): { readonly conversation: Promise<Conversation>; readonly done: () => void } {
    const kept = this.#sessions.get(session) ?? this.#keep(session, undefined);
    if (kept === undefined) return { conversation: this.shared(), done: () => {} };
    kept.open++;
    kept.idleBeats = 0;
    return { conversation: kept.conversation, done: () => kept.open-- };
  }

  /** One for a client that begins: it gets the name of its session with the first answer. */
  begin(): { readonly conversation: Promise<Conversation>; readonly named: (session: string | undefined) => void } {
    if (this.#sessions.size >= this.#parts.sessionsMax) return { conversation: this.shared(), named: () => {} };
    const conversation = this.#parts.open();
    return {
      conversation,
      named: (session) => {
        if (session === undefined || this.#keep(session, conversation) === undefined) this.#close(conversation);
      },
    };
  }

  /** The session is over. */
  end(session: string): void {
    const kept = this.#sessions.get(session);
    this.#sessions.delete(session);
    if (kept) this.#close(kept.conversation);
  }

  /** Once a second. */
  beat(): void {
    for (const [session, kept] of this.#sessions) {
      kept.idleBeats = kept.open > 0 ? 0 : kept.idleBeats + 1;
      if (kept.idleBeats >= this.#parts.idleSeconds) this.end(session);
    }
  }

  async close(): Promise<void> {
    for (const session of [...this.#sessions.keys()]) this.end(session);
    if (this.#shared) this.#close(this.#shared);
    await Promise.all(this.#closing);
  }

  #keep(session: string, conversation: Promise<Conversation> | undefined): Kept | undefined {
    if (this.#sessions.has(session) || this.#sessions.size >= this.#parts.sessionsMax) return undefined;
    const kept = { conversation: conversation ?? this.#parts.open(), open: 0, idleBeats: 0 };
    this.#sessions.set(session, kept);
    return kept;
  }

  #close(conversation: Promise<Conversation>): void {
    const closing = conversation.then(
      (opened) => opened.close(),
      () => {}, // It was never opened; whoever asked for it has been told.
    );
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }
}
