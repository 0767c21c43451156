import { type LogRecord, recordVersion } from '@kilometers/core/record.ts';
import { bodyKeys, headKeys } from './record-keys.ts';
import { skipValue } from './skip-value.ts';

/** What a line of the log turned out to be. */
export type LineKind = 'record' | 'unknown-version' | 'foreign';

/** What is read of a record by its key. */
export type Field = (typeof headKeys)[number];

const slots = Object.fromEntries(headKeys.map((name, slot) => [name, slot])) as Record<Field, number>;
const keys = headKeys.map((name) => Buffer.from(name));
const bodyNames = bodyKeys.map((name) => Buffer.from(name));
const bodyStarts = bodyKeys.map((name) => Buffer.from(`,"${name}":`));
const slotOfHash = new Map(keys.map((key, slot) => [key.reduce(mix, 0), slot]));

const knownMax = 2_039;

/** Most strings end sooner. */
const nearBytes = 80;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const braceOpen = 0x7b;
const braceClose = 0x7d;

/**
 * One line of the log, read no further than asked.
 *
 * A record as km writes it is scanned up to `prev`, without an object made of it: most of a line is its message, which
 * counting and filtering have no use for. Whatever has another shape goes through `JSON.parse`, so that lines written
 * by hand or by another program read the same. One instance serves a whole log: `read` forgets the line before.
 */
export class RecordLine {
  #buffer: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #at = 0;
  /** Set when the line went through `JSON.parse`. */
  #parsed: Record<string, unknown> | undefined;
  // A slot holds a value of this line when its stamp is this line's: nothing has to be cleared between lines.
  #stamp = 0;
  readonly #stamps = new Int32Array(keys.length);
  readonly #starts = new Int32Array(keys.length);
  readonly #ends = new Int32Array(keys.length);

  /** Strings seen before, by a few of their bytes; a newer one takes the place of an older one. */
  readonly #known: string[] = new Array<string>(knownMax).fill('');

  read(buffer: Buffer, from: number, to: number): LineKind {
    this.#buffer = buffer;
    this.#from = from;
    this.#to = buffer[to - 1] === 0x0d ? to - 1 : to;
    this.#parsed = undefined;
    this.#stamp = (this.#stamp + 1) | 0;
    return this.#scan() ? 'record' : this.#parse();
  }

  /** The line as stored, without newline. A view: it holds until the next line is read. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#from, this.#to);
  }

  /** The value as a string, undefined when there is none or it is none. */
  text(field: Field): string | undefined {
    const slot = slots[field];
    if (this.#parsed) {
      const value = this.#parsed[field];
      return typeof value === 'string' ? value : undefined;
    }
    if (this.#stamps[slot] !== this.#stamp) return undefined;
    const start = this.#starts[slot] as number;
    if (this.#buffer[start] !== quote) return undefined;
    return this.#string(start + 1, (this.#ends[slot] as number) - 1);
  }

  /** Names, runs and states repeat from line to line: comparing bytes is faster than making a string of them. */
  #string(from: number, to: number): string {
    const buffer = this.#buffer;
    const length = to - from;
    const last = buffer[to - 1] as number;
    const place =
      (length * 7 + (buffer[from] as number) * 31 + last * 131 + (buffer[to - 2] as number) * 17) % knownMax;
    const known = this.#known[place] as string;
    if (known.length === length && length > 0 && isSame(buffer, from, known)) return known;
    const text = buffer.toString('utf8', from, to);
    if (text.includes('\\')) return JSON.parse(`"${text}"`) as string;
    if (length < nearBytes && text.length === length) this.#known[place] = text;
    return text;
  }

  /** The value as a number, undefined when there is none or it is none. */
  number(field: Field): number | undefined {
    const value = this.#parsed ? this.#parsed[field] : this.#number(slots[field]);
    return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
  }

  /** True when the field is there and `true`. */
  flag(field: Field): boolean {
    return this.value(field) === true;
  }

  has(field: Field): boolean {
    return this.#parsed ? Object.hasOwn(this.#parsed, field) : this.#stamps[slots[field]] === this.#stamp;
  }

  /** The value, whatever it is. */
  value(field: Field): unknown {
    if (this.#parsed) return this.#parsed[field];
    const slot = slots[field];
    if (this.#stamps[slot] !== this.#stamp) return undefined;
    return JSON.parse(this.#buffer.toString('utf8', this.#starts[slot], this.#ends[slot]));
  }

  /** The line before and after the value of a field; undefined when it is not there, or the line has another shape. */
  around(field: Field): readonly [Buffer, Buffer] | undefined {
    const slot = slots[field];
    if (this.#parsed || this.#stamps[slot] !== this.#stamp) return undefined;
    const [start, end] = [this.#starts[slot] as number, this.#ends[slot] as number];
    return [this.#buffer.subarray(this.#from, start), this.#buffer.subarray(end, this.#to)];
  }

  /** The whole record. Only its head has been checked. */
  whole(): LogRecord {
    return (this.#parsed ?? JSON.parse(this.bytes.toString('utf8'))) as LogRecord;
  }

  #number(slot: number): number | undefined {
    if (this.#stamps[slot] !== this.#stamp) return undefined;
    const end = this.#ends[slot] as number;
    let value = 0;
    for (let at = this.#starts[slot] as number; at < end; at++) {
      const digit = (this.#buffer[at] as number) - 0x30;
      if (digit < 0 || digit > 9) return Number(this.#buffer.toString('latin1', this.#starts[slot], end));
      value = value * 10 + digit;
    }
    // Digits alone stay exact up to 2^53; longer ones are read as JSON.parse reads them.
    return end - (this.#starts[slot] as number) > 15
      ? Number(this.#buffer.toString('latin1', this.#starts[slot], end))
      : value;
  }

  #parse(): LineKind {
    const record = parseObject(this.bytes);
    if (!record) return 'foreign';
    if (typeof record.v === 'number' && record.v !== recordVersion) return 'unknown-version';
    const { v, ts, run, seq, kind } = record;
    const isRecord =
      v === recordVersion &&
      typeof ts === 'string' &&
      typeof run === 'string' &&
      typeof seq === 'number' &&
      typeof kind === 'string';
    if (!isRecord) return 'foreign';
    this.#parsed = record;
    return 'record';
  }

  /** True when the line is, from its first byte to its last, a record in the shape km writes. */
  #scan(): boolean {
    const buffer = this.#buffer;
    const to = this.#to;
    let at = this.#from;
    if (buffer[at] !== braceOpen || buffer[to - 1] !== braceClose) return false;
    for (;;) {
      const slot = this.#readKey(at + 1, to);
      if (slot === noKey) return false;
      const start = this.#at;
      at = skipValue(buffer, start, to);
      if (at < 0) return false;
      if (slot >= 0) this.#keep(slot, start, at);
      if (slot === slots.prev) return this.#hasHead() && this.#endsWell(at);
      if (buffer[at] !== comma) return false;
    }
  }

  /** Reads a key and its colon, and leaves `#at` behind them. The key's slot, or what it is instead. */
  #readKey(from: number, to: number): number {
    const buffer = this.#buffer;
    if (buffer[from] !== quote) return noKey;
    let at = from + 1;
    let hash = 0;
    for (let byte = buffer[at] as number; byte !== quote; byte = buffer[++at] as number) {
      if (byte === backslash || at >= to) return noKey;
      hash = mix(hash, byte);
    }
    if (buffer[at + 1] !== colon) return noKey;
    this.#at = at + 2;
    return this.#slot(hash, from + 1, at);
  }

  /** Of a key that stands twice the last one counts, as it does for `JSON.parse`. */
  #keep(slot: number, start: number, end: number): void {
    this.#stamps[slot] = this.#stamp;
    this.#starts[slot] = start;
    this.#ends[slot] = end;
  }

  #slot(hash: number, from: number, to: number): number {
    const slot = slotOfHash.get(hash);
    if (slot !== undefined && equals(this.#buffer, from, to, keys[slot] as Buffer)) return slot;
    return bodyNames.some((name) => equals(this.#buffer, from, to, name)) ? noKey : otherKey;
  }

  /** What every record has; its absence or another type makes `#parse` say what the line is. */
  #hasHead(): boolean {
    return (
      this.#first(slots.v) === 0x30 + recordVersion &&
      (this.#ends[slots.v] as number) - (this.#starts[slots.v] as number) === 1 &&
      this.#first(slots.ts) === quote &&
      this.#first(slots.run) === quote &&
      this.#first(slots.kind) === quote &&
      isDigit(this.#first(slots.seq))
    );
  }

  #first(slot: number): number {
    return this.#stamps[slot] === this.#stamp ? (this.#buffer[this.#starts[slot] as number] as number) : -1;
  }

  /** The body may not reach past the record, nor end before it: neither a torn line nor keys added behind it pass. */
  #endsWell(at: number): boolean {
    const last = this.#to - 1;
    let next = at;
    while (next < last) {
      const key = bodyStarts.find((name) => equals(this.#buffer, next, next + name.length, name));
      if (!key) return false;
      next = skipValue(this.#buffer, next + key.length, last);
      if (next < 0) return false;
    }
    return next === last;
  }
}

function isSame(buffer: Buffer, from: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (buffer[from + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** A key that is not read, perhaps of a newer km. */
const otherKey = -1;
/** No key, or one that has no place before `prev`. */
const noKey = -2;

function mix(hash: number, byte: number): number {
  return (hash * 31 + byte) | 0;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function equals(buffer: Buffer, from: number, to: number, key: Buffer): boolean {
  if (to - from !== key.length) return false;
  for (let index = 0; index < key.length; index++) if (buffer[from + index] !== key[index]) return false;
  return true;
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // Torn by a crash, or written by something else: counted by the caller, never fatal.
  }
}
