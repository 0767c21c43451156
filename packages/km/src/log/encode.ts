import { chainStart, type LogRecord, recordVersion } from '@kilometers/core/record.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import type { Body, Draft } from '../message/draft.ts';
import { isoTime } from './iso-time.ts';
import type { KeyedSeal } from './keyed-seal.ts';
import { sha256 } from './sha256.ts';
import type { LogOptions } from './writer.ts';

/** A draft, or what the log has to say about itself. */
export type Entry = Draft & Partial<Pick<LogRecord, OwnKey>>;
type OwnKey =
  | 'client'
  | 'info'
  | 'from'
  | 'to'
  | 'reason'
  | 'of'
  | 'first'
  | 'last'
  | 'was'
  | 'count'
  | 'open'
  | 'exit'
  | 'signal';

/** What of a message over `maxMessage` is kept. */
const keptBytes = 65_536;
/** Read beyond what is kept, so that a secret across the cut is still seen whole. */
const overlapBytes = 4_096;
/** Longest method, tool or id in the head; the message has them whole. */
const nameChars = 4_096;
const bufferBytes = 65_536;
const newline = 0x0a;

/**
 * Makes lines of records, each carrying the hash of the run's line before it, in one buffer that is used again.
 *
 * The chain is kept to what was really written: `settle` says how many bytes a write has taken, and the next line
 * hangs on the last one that went out whole.
 */
export interface Encoder {
  add(entry: Entry): void;
  /** From now on `session` and `end` carry a seal. */
  sealWith(seal: KeyedSeal): void;
  /** Begins the batch with a newline, to end a line that an earlier write left unfinished. */
  endTornLine(): void;
  /** The lines added since the last `settle`. Valid until the next `add`. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** @returns how many lines the write took whole. */
  settle(taken: number): number;
}

type Names = Pick<LogOptions, 'run' | 'session' | 'server' | 'maxMessage'>;

export function createEncoder(names: Names, redactor: Redactor): Encoder {
  const line = createLine(names, redactor);
  let buffer = Buffer.allocUnsafeSlow(bufferBytes);
  let length = 0;
  let start = 0;
  let ends: number[] = [];
  let settledPrev = chainStart;
  let prev = chainStart;

  function room(bytes: number): void {
    if (length + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, length + bytes));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  }

  return {
    add(entry) {
      const { head, wide, tail } = line.of(entry, prev);
      room((wide ? head.length * 3 : head.length) + (typeof tail === 'string' ? tail.length * 3 : tail.length) + 2);
      const begin = length;
      length += buffer.write(head, length, wide ? 'utf8' : 'latin1');
      length = typeof tail === 'string' ? length + buffer.write(tail, length) : copyInto(buffer, tail, length);
      buffer[length++] = 0x7d;
      prev = sha256(buffer.subarray(begin, length));
      buffer[length++] = newline;
      ends.push(length);
    },
    sealWith(seal) {
      line.sealWith(seal);
    },
    endTornLine() {
      room(1);
      buffer[length++] = newline;
      start = length;
    },
    get bytes() {
      return buffer.subarray(0, length);
    },
    get length() {
      return length;
    },
    settle(taken) {
      // A line that lacks only its newline is whole: the next write brings it.
      const cut = ends.findIndex((end) => end - 1 > taken);
      const whole = cut === -1 ? ends.length : cut;
      if (whole === ends.length) settledPrev = prev;
      else if (whole > 0) settledPrev = sha256(buffer.subarray(ends[whole - 2] ?? start, (ends[whole - 1] ?? 1) - 1));
      prev = settledPrev;
      ends = [];
      length = 0;
      start = 0;
      // One large message must not hold its size in memory for the rest of the run.
      if (buffer.length > bufferBytes * 8) buffer = Buffer.allocUnsafeSlow(bufferBytes);
      return whole;
    },
  };
}

function copyInto(buffer: Buffer, bytes: Uint8Array, at: number): number {
  buffer.set(bytes, at);
  return at + bytes.length;
}

interface LineMaker {
  of(entry: Entry, prev: string): Line;
  sealWith(seal: KeyedSeal): void;
}

interface Line {
  /** Up to and with the key of the message, or all but the closing brace. */
  readonly head: string;
  /** True when the head is more than Latin letters: it is then written as UTF-8. */
  readonly wide: boolean;
  /** What stands after the head: the message as it came, or text made of it. */
  readonly tail: Uint8Array | string;
}

const nothing = new Uint8Array();

/**
 * Builds a record by hand, around the bytes of the message: JSON.stringify of the whole would cost more than all the
 * rest together, and would change how numbers are spelt.
 */
function createLine(names: Names, redactor: Redactor): LineMaker {
  const { maxMessage } = names;
  const cached = new Map<string, Quoted>();
  let redacted = 0;
  let wide = false;
  let seal: KeyedSeal | undefined;

  function value(text: string, most: number): string {
    const quoted = quote(cutText(text, most), redactor);
    redacted += quoted.redacted;
    wide ||= quoted.wide;
    return quoted.json;
  }

  /** For names that come again and again: methods, tools. */
  function name(text: string): string {
    let quoted = cached.get(text);
    if (quoted === undefined) {
      quoted = quote(cutText(text, nameChars), redactor);
      if (cached.size >= 1_000) cached.clear();
      if (text.length < 200) cached.set(text, quoted);
    }
    redacted += quoted.redacted;
    wide ||= quoted.wide;
    return quoted.json;
  }

  function structure(content: unknown): string {
    const json = JSON.stringify(content);
    wide ||= isWide(json);
    if (!redactor.may(json)) return json;
    const clean = redactor.json(json);
    redacted += clean.count;
    return clean.text;
  }

  function tailOf(body: Body, cut: boolean): Uint8Array | string {
    const { bytes } = body;
    if (!body.json || cut) {
      const kept = cut ? beginning(bytes, redactor) : redactor.text(textOf(bytes));
      redacted += kept.count;
      return JSON.stringify(kept.text);
    }
    const trimmed = trimEnd(bytes);
    if (!redactor.mayBytes(trimmed)) return trimmed;
    const clean = redactor.json(textOf(trimmed));
    redacted += clean.count;
    return clean.count === 0 ? trimmed : clean.text;
  }

  function headFields(entry: Entry): string {
    let head = '';
    if (entry.method !== undefined) head += `,"method":${name(entry.method)}`;
    if (entry.tool !== undefined) head += `,"tool":${name(entry.tool)}`;
    if (entry.id !== undefined)
      head += `,"id":${typeof entry.id === 'string' ? value(entry.id, nameChars) : numeral(entry.id)}`;
    if (entry.call !== undefined) head += `,"call":${entry.call}`;
    if (entry.bytes !== undefined) head += `,"bytes":${entry.bytes}`;
    if (entry.ms !== undefined) head += `,"ms":${rounded(entry.ms)}`;
    if (entry.wait_ms !== undefined) head += `,"wait_ms":${rounded(entry.wait_ms)}`;
    if (entry.status !== undefined) head += `,"status":"${entry.status}"`;
    if (entry.late === true) head += ',"late":true';
    if (entry.cancelled === true) head += ',"cancelled":true';
    if (entry.unpaired === true) head += ',"unpaired":true';
    if (entry.outcome !== undefined) head += `,"outcome":"${entry.outcome}"`;
    if (entry.opaque !== undefined) head += `,"opaque":"${entry.opaque}"`;
    if (entry.by !== undefined) head += `,"by":${structure(entry.by)}`;
    if (entry.risk !== undefined) head += `,"risk":${rounded(entry.risk)}`;
    if (entry.findings !== undefined) head += `,"findings":${structure(entry.findings)}`;
    if (entry.parts !== undefined) head += `,"parts":${structure(entry.parts)}`;
    if (entry.text !== undefined) head += `,"text":${value(entry.text, keptBytes)}`;
    return head;
  }

  function rareFields(entry: Entry): string {
    let head = '';
    for (const key of rareKeys) {
      const content = entry[key];
      if (content !== undefined) head += `,"${key}":${structure(content)}`;
    }
    return head;
  }

  const session = quote(names.session, redactor);
  const server = quote(names.server, redactor);
  const opening = `","run":${JSON.stringify(names.run)},"session":${session.json},"seq":`;
  const wideNames = session.wide || server.wide;

  function of(entry: Entry, prev: string): Line {
    const { body, original } = entry;
    redacted = 0;
    wide = wideNames;
    let head = `{"v":${recordVersion},"ts":"${isoTime(entry.time)}${opening}${entry.seq},"server":${server.json},"kind":"${entry.kind}"`;
    if (entry.dir !== undefined) head += `,"dir":"${entry.dir}"`;
    head += headFields(entry);
    if (body === undefined || rareKinds.has(entry.kind)) head += rareFields(entry);
    const cut = body !== undefined && isCut(body, maxMessage);
    let tail: Uint8Array | string = body === undefined ? nothing : tailOf(body, cut);
    const came = original === undefined ? undefined : tailOf(original, isCut(original, maxMessage));
    if (cut) head += ',"truncated":true';
    if (redacted > 0) head += `,"redacted":${redacted}`;
    const link = `,"prev":"${prev}"`;
    if (seal && sealedKinds.has(entry.kind)) head += `,"seal":"${seal.of(`${head},"seal":`, `${link}}`)}"`;
    head += link;
    if (body !== undefined) head += body.json && !cut ? ',"message":' : ',"raw":';
    if (came !== undefined) tail = `${asText(tail)},"original":${asText(came)}`;
    return { head, wide, tail };
  }

  return {
    of,
    sealWith(given) {
      seal = given;
    },
  };
}

/** Kinds that the log writes about itself or the machine, all rare: their fields are looked for one by one. */
const rareKinds = new Set(['resources', 'session', 'gap', 'trim', 'end']);
const sealedKinds = new Set(['session', 'end']);
const rareKeys = [
  'client',
  'info',
  'km',
  'child',
  'from',
  'to',
  'reason',
  'of',
  'first',
  'last',
  'was',
  'count',
  'open',
  'exit',
  'signal',
] as const;

interface Quoted {
  readonly json: string;
  readonly wide: boolean;
  readonly redacted: number;
}

const plainText = /^[ !#-[\]-~]*$/;

function quote(text: string, redactor: Redactor): Quoted {
  const clean = redactor.may(text) ? redactor.text(text) : { text, count: 0 };
  if (plainText.test(clean.text)) return { json: `"${clean.text}"`, wide: false, redacted: clean.count };
  const json = JSON.stringify(clean.text);
  return { json, wide: isWide(json), redacted: clean.count };
}

function cutText(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function isWide(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant.
  return !/^[\x00-\x7f]*$/.test(text);
}

function numeral(id: number | null): string {
  return Number.isSafeInteger(id) ? String(id) : JSON.stringify(id);
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

function isCut(body: Body, maxMessage: number): boolean {
  return body.cut === true || body.bytes.length > maxMessage;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function asText(tail: Uint8Array | string): string {
  return typeof tail === 'string' ? tail : textOf(tail);
}

/** The beginning of a message, cut between characters. */
function beginning(bytes: Uint8Array, redactor: Redactor): { text: string; count: number } {
  const kept = textOf(bytes.subarray(0, wholeCharacters(bytes, keptBytes)));
  if (!redactor.mayBytes(bytes.subarray(0, keptBytes + overlapBytes))) return { text: kept, count: 0 };
  const seen = textOf(bytes.subarray(0, wholeCharacters(bytes, keptBytes + overlapBytes)));
  const clean = redactor.text(seen);
  if (clean.count === 0) return { text: kept, count: 0 };
  // Lengths have changed; what lay in the overlap is at the end, and is left away.
  const text = clean.text.slice(0, Math.min(kept.length, clean.text.length - (seen.length - kept.length)));
  return { text, count: clean.count };
}

/** The longest length up to `most` that does not end within a UTF-8 sequence. */
function wholeCharacters(bytes: Uint8Array, most: number): number {
  if (bytes.length <= most) return bytes.length;
  let end = most;
  while (end > most - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}

/** JSON may be followed by blanks, such as the CR of a CRLF; a record ends where its value ends. */
function trimEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x20 || bytes[end - 1] === 0x09)) end--;
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}
