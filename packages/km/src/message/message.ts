import type { OpaqueReason } from '@kilometers/core/record.ts';
import type { Line } from './framing.ts';
import { parse } from './outline.ts';
import { readLine } from './read-line.ts';

/** `c2s`: client to server; `s2c`: server to client. */
export type Direction = 'c2s' | 's2c';

export type MessageKind = 'request' | 'response' | 'notification' | 'batch' | 'opaque' | 'blank';

export type RpcId = string | number | null;

/** One JSON-RPC message as parsed. Fields beyond these are legal everywhere and reachable by name. */
export interface Rpc {
  readonly jsonrpc?: unknown;
  readonly id?: RpcId;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** What a line turned out to be. */
export interface Reading {
  readonly kind: MessageKind;
  /**
   * The message, or the elements of a batch, with what says which call it belongs to; what else is in it may be left out.
   * Undefined when the line is opaque or blank.
   */
  readonly outline: Rpc | readonly Rpc[] | undefined;
  readonly opaque: OpaqueReason | undefined;
  /** True when the line is exactly one JSON value that every parser reads alike, message or not. */
  readonly json: boolean;
}

/** Where a message comes from, when a run has more than one client. */
export interface Origin {
  /** Which of several clients: ids are unique within it only. Empty where there is one. */
  readonly scope: string;
  /** The run of another km that the message has come through, which keeps it on record as well. */
  readonly via: string | undefined;
}

const theOne: Origin = { scope: '', via: undefined };

/** A line as it came, with when and which way. It is parsed on first use; its bytes never change. */
export class Message {
  #reading: Reading | undefined;
  #parsed: Rpc | readonly Rpc[] | undefined;
  readonly dir: Direction;
  /** The line without its newline. A view into the chunk it came with: copy what outlives the exchange. */
  readonly raw: Uint8Array;
  /** Length of the whole line in bytes; more than `raw` holds when the line was too long to keep. */
  readonly bytes: number;
  /** Arrival, milliseconds since the epoch. */
  readonly time: number;
  /** Arrival on a clock that never goes back, in milliseconds: for durations. */
  readonly at: number;
  readonly origin: Origin;
  /** The last bytes of a line too long to keep. */
  readonly #tail: Uint8Array | undefined;

  constructor(dir: Direction, line: Line, time: number, at: number, origin = theOne) {
    this.dir = dir;
    this.raw = line.head;
    this.bytes = line.bytes;
    this.#tail = line.tail;
    this.time = time;
    this.at = at;
    this.origin = origin;
  }

  get reading(): Reading {
    this.#reading ??= readLine(this.raw, this.bytes, this.#tail);
    return this.#reading;
  }

  /** Only the ends of the line were kept: it may be guessed what it is, not judged. */
  get cut(): boolean {
    return this.bytes > this.raw.length;
  }

  get kind(): MessageKind {
    return this.reading.kind;
  }

  /** The single message, undefined for a batch and for a line that is no message. Parsed on first use. */
  get rpc(): Rpc | undefined {
    const parsed = this.#whole();
    return Array.isArray(parsed) ? undefined : (parsed as Rpc | undefined);
  }

  /** The message, or each element of a batch. */
  get all(): readonly Rpc[] {
    return listed(this.#whole());
  }

  /** The same with no more in it than pairs requests and responses: costs no parse. */
  get outlines(): readonly Rpc[] {
    return listed(this.reading.outline);
  }

  #whole(): Rpc | readonly Rpc[] | undefined {
    const { outline } = this.reading;
    if (outline === undefined || this.cut) return outline;
    this.#parsed ??= parse(this.raw) as Rpc | readonly Rpc[]; // `readLine` took it for a message.
    return this.#parsed;
  }
}

/** An id among those of several clients, which all count from 1; the number 1 and the string "1" stay different. */
export function scopedId(id: RpcId, scope: string): RpcId {
  return scope === '' ? id : `${scope} ${typeof id} ${id}`;
}

function listed(rpc: Rpc | readonly Rpc[] | undefined): readonly Rpc[] {
  if (rpc === undefined) return [];
  return Array.isArray(rpc) ? rpc : [rpc as Rpc];
}
