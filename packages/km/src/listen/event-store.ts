/** An event as it was sent. */
export interface StoredEvent {
  readonly id: string;
  readonly data: Uint8Array;
}

interface Kept extends StoredEvent {
  readonly stream: string;
  readonly number: number;
}

/** So much is kept for a client that comes back; the oldest goes first. */
const eventsMax = 1_000;
const bytesMax = 1_048_576;

/** Of so many streams it is remembered that events are lost. */
const streamsMax = 1_000;

/**
 * The events of one session, so that a client whose connection broke can have what it missed. Bounded: a client that stays
 * away for long has lost the oldest.
 *
 * Ids are `<stream>-<number>`: unique in the session, and telling the stream, as MCP asks for.
 */
export class EventStore {
  #kept: Kept[] = [];
  #bytes = 0;
  #number = 0;
  /** By stream, the number of the newest event that is not kept any more. */
  readonly #lost = new Map<string, number>();

  /** Keeps an event, and gives its id. */
  add(stream: string, data: Uint8Array): string {
    const number = ++this.#number;
    const id = `${stream}-${number}`;
    // A copy: the line is a view into a chunk, and would keep the whole of it.
    this.#kept.push({ id, stream, number, data: Uint8Array.prototype.slice.call(data) });
    this.#bytes += data.length;
    while (this.#kept.length > eventsMax || this.#bytes > bytesMax) this.#drop();
    return id;
  }

  /** An id that stands before all that is still to come on a stream. */
  mark(stream: string): string {
    return `${stream}-${this.#number}`;
  }

  /** What came on a stream after the event of that id; undefined when it is no id of ours, or when some of it is lost. */
  after(id: string): { readonly stream: string; readonly events: readonly StoredEvent[] } | undefined {
    const [, stream, digits] = /^([0-9a-z]{1,16})-(\d{1,15})$/.exec(id) ?? [];
    const number = Number(digits);
    if (stream === undefined || number > this.#number || number < (this.#lost.get(stream) ?? 0)) return undefined;
    return { stream, events: this.#kept.filter((kept) => kept.stream === stream && kept.number > number) };
  }

  #drop(): void {
    const oldest = this.#kept.shift();
    if (oldest === undefined) return;
    this.#bytes -= oldest.data.length;
    this.#lost.delete(oldest.stream);
    this.#lost.set(oldest.stream, oldest.number);
    if (this.#lost.size > streamsMax) this.#lost.delete(this.#lost.keys().next().value as string); // It is not empty.
  }
}
