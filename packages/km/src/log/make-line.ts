import { recordVersion } from '@kilometers/core/record.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import type { Body } from '../message/draft.ts';
import type { Entry } from './entry.ts';
import { isoTime } from './iso-time.ts';
import { beginning, isCut, keptBytes, textOf, trimEnd } from './kept-body.ts';
import type { KeyedSeal } from './keyed-seal.ts';
import { rareKeys } from './record-keys.ts';
import type { LogOptions } from './writer.ts';

/** Longest method, tool or id in the head; the message has them whole. */
const nameChars = 4_096;

/** What is the same in each record of a run. */
export type Names = Pick<LogOptions, 'run' | 'session' | 'server' | 'maxMessage'>;

/** Makes the line of a record. */
export interface LineMaker {
  of(entry: Entry, prev: string): Line;
  sealWith(seal: KeyedSeal): void;
}

/** A line in two pieces. */
export interface Line {
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
export function createLineMaker(names: Names, redactor: Redactor): LineMaker {
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

  function nameFields(entry: Entry): string {
    let head = '';
    if (entry.method !== undefined) head += `,"method":${name(entry.method)}`;
    if (entry.tool !== undefined) head += `,"tool":${name(entry.tool)}`;
    if (entry.id !== undefined)
      head += `,"id":${typeof entry.id === 'string' ? value(entry.id, nameChars) : numeral(entry.id)}`;
    return head;
  }

  function judgedFields(entry: Entry): string {
    let head = '';
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

  function headOf(entry: Entry): string {
    const { time, seq, kind, dir } = entry;
    let head = `{"v":${recordVersion},"ts":"${isoTime(time)}${opening}${seq},"server":${server.json},"kind":"${kind}"`;
    if (dir !== undefined) head += `,"dir":"${dir}"`;
    head += nameFields(entry) + figureFields(entry) + stateFields(entry) + judgedFields(entry);
    return entry.body === undefined || rareKinds.has(kind) ? head + rareFields(entry) : head;
  }

  /** The end of the head: what is known only after the body was redacted, and what hangs on all before it. */
  function linkOf(head: string, kind: Entry['kind'], cut: boolean, prev: string): string {
    let marks = cut ? ',"truncated":true' : '';
    if (redacted > 0) marks += `,"redacted":${redacted}`;
    const link = `,"prev":"${prev}"`;
    if (seal === undefined || !sealedKinds.has(kind)) return marks + link;
    return `${marks},"seal":"${seal.of(`${head}${marks},"seal":`, `${link}}`)}"${link}`;
  }

  function of(entry: Entry, prev: string): Line {
    const { body, original, kind } = entry;
    redacted = 0;
    wide = wideNames;
    const head = headOf(entry);
    const cut = body !== undefined && isCut(body, maxMessage);
    const tail = body === undefined ? nothing : tailOf(body, cut);
    const came = original === undefined ? undefined : tailOf(original, isCut(original, maxMessage));
    const key = body === undefined ? '' : keyOf(body, cut);
    return {
      head: `${head}${linkOf(head, kind, cut, prev)}${key}`,
      wide,
      tail: came === undefined ? tail : `${asText(tail)},"original":${asText(came)}`,
    };
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
function figureFields({ call, bytes, ms, wait_ms }: Entry): string {
  let head = '';
  if (call !== undefined) head += `,"call":${call}`;
  if (bytes !== undefined) head += `,"bytes":${bytes}`;
  if (ms !== undefined) head += `,"ms":${rounded(ms)}`;
  if (wait_ms !== undefined) head += `,"wait_ms":${rounded(wait_ms)}`;
  return head;
}

function stateFields(entry: Entry): string {
  let head = '';
  if (entry.status !== undefined) head += `,"status":"${entry.status}"`;
  if (entry.late === true) head += ',"late":true';
  if (entry.cancelled === true) head += ',"cancelled":true';
  if (entry.unpaired === true) head += ',"unpaired":true';
  if (entry.via !== undefined) head += `,"via":"${entry.via}"`;
  if (entry.outcome !== undefined) head += `,"outcome":"${entry.outcome}"`;
  if (entry.opaque !== undefined) head += `,"opaque":"${entry.opaque}"`;
  return head;
}

function keyOf(body: Body, cut: boolean): string {
  return body.json && !cut ? ',"message":' : ',"raw":';
}

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

function asText(tail: Uint8Array | string): string {
  return typeof tail === 'string' ? tail : textOf(tail);
}
