import type { EventStore } from './event-store.ts';
import type { Reply } from './reply.ts';

/**
 * One stream of events of a session. It may outlive its connection: what is sent while nobody is connected waits in the
 * store until the client comes back.
 */
export class EventStream {
  readonly name: string;
  readonly #store: EventStore;
  #reply: Reply | undefined;
  #over = false;
  /** Id of the last event that a connection was given. */
  #given: string;

  constructor(name: string, store: EventStore) {
    this.name = name;
    this.#store = store;
    this.#given = store.mark(name);
  }

  /** False once all was sent: a client that comes back gets what it missed, and the end. */
  get over(): boolean {
    return this.#over;
  }

  get connected(): boolean {
    return this.#reply?.live === true;
  }

  /** The connection that takes what is sent, if there is one. */
  get reply(): Reply | undefined {
    return this.#reply;
  }

  /** Sends over this connection from now on, beginning with what came after the event `from`, or was never given. */
  connect(reply: Reply, from = this.#given, prime = false): void {
    this.#reply?.end();
    this.#reply = reply;
    reply.startStream();
    // Nothing in it but an id: a connection that breaks before the first event can be taken up again.
    if (prime) reply.event(new Uint8Array(0), from);
    for (const { id, data } of this.#store.after(from)?.events ?? []) this.#give(id, data);
    if (this.#over) reply.end();
  }

  send(data: Uint8Array): void {
    this.#give(this.#store.add(this.name, data), data);
  }

  /** Ends the connection and keeps the stream: the client comes back for the rest. */
  disconnect(): void {
    this.#reply?.end();
    this.#reply = undefined;
  }

  end(): void {
    this.#over = true;
    this.disconnect();
  }

  #give(id: string, data: Uint8Array): void {
    if (this.#reply?.live !== true) return;
    this.#reply.event(data, id);
    this.#given = id;
  }
}
