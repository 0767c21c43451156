import type { OpaqueReason } from '@kilometers/core/record.ts';
import type { Line } from './framing.ts';
import { parseAgain, readLine } from './read-line.ts';

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
  /** The message; the elements of a batch; undefined when the line is opaque or blank. */
  readonly rpc: Rpc | readonly Rpc[] | undefined;
  /** True when the strings in `rpc` were read byte by byte: right for comparing ids and names, not for showing. */
  readonly latin1: boolean;
  readonly opaque: OpaqueReason | undefined;
  /** True when the line is exactly one JSON value that every parser reads alike, message or not. */
  readonly json: boolean;
}

/** A line as it came, with when and which way. It is parsed on first use; its bytes never change. */
export class Message {
  #reading: Reading | undefined;
  #unicode: Rpc | readonly Rpc[] | undefined;
  readonly dir: Direction;
  /** The line without its newline. A view into the chunk it came with: copy what outlives the exchange. */
  readonly raw: Uint8Array;
  /** Length of the whole line in bytes; more than `raw` holds when the line was too long to keep. */
  readonly bytes: number;
  /** Arrival, milliseconds since the epoch. */
  readonly time: number;
  /** Arrival on a clock that never goes back, in milliseconds: for durations. */
  readonly at: number;
  /** The last bytes of a line too long to keep. */
  readonly #tail: Uint8Array | undefined;

  constructor(dir: Direction, line: Line, time: number, at: number) {
    this.dir = dir;
    this.raw = line.head;
    this.bytes = line.bytes;
    this.#tail = line.tail;
    this.time = time;
    this.at = at;
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

  /** The single message, undefined for a batch and for a line that is no message. */
  get rpc(): Rpc | undefined {
    const parsed = this.#parsed();
    return Array.isArray(parsed) ? undefined : (parsed as Rpc | undefined);
  }

  /** The message, or each element of a batch. */
  get all(): readonly Rpc[] {
    return listed(this.#parsed());
  }

  /** The same as `all` where the text in it does not matter; see `Reading.latin1`. Costs no second parse. */
  get outlines(): readonly Rpc[] {
    return listed(this.reading.rpc);
  }

  #parsed(): Rpc | readonly Rpc[] | undefined {
    const { latin1, rpc } = this.reading;
    if (!latin1) return rpc;
    this.#unicode ??= parseAgain(this.raw);
    return this.#unicode;
  }
}

function listed(rpc: Rpc | readonly Rpc[] | undefined): readonly Rpc[] {
  if (rpc === undefined) return [];
  return Array.isArray(rpc) ? rpc : [rpc as Rpc];
}
