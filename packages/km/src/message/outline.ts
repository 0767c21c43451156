import type { Rpc, RpcId } from './message.ts';
import type { MemberName, Parent } from './scan.ts';

/** Members that few messages have, and that need more of the message than its outline. */
const telling: ReadonlySet<MemberName> = new Set([
  '_meta',
  'ref',
  'task',
  'taskId',
  'requestId',
  'resultType',
  'requestState',
  'progressToken',
  'inputResponses',
]);

const nothing = {};

/** The longest value that is read; of others it is enough that they are there. */
const valueBytesMax = 4_096;

const quote = 0x22;
const backslash = 0x5c;
const openObject = 0x7b;
const digitZero = 0x30;
const letterN = 0x6e;

/** Collects from a scan what says which kind a message is and which call it belongs to. */
export class Outline {
  readonly #line: Uint8Array;
  #id: unknown;
  #method: unknown;
  #target: { name?: unknown; uri?: unknown } | undefined;
  #params: unknown;
  #result: unknown;
  #error: unknown;
  #isError = false;
  /** The outline is not enough: the whole message has to be read. */
  wanting = false;

  constructor(line: Uint8Array) {
    this.#line = line;
  }

  note(parent: Parent, name: MemberName, start: number, end: number): void {
    if (parent === 'message') this.#noteOwn(name, start, end);
    else if (telling.has(name)) this.wanting = true;
    else if (parent === 'result') this.#isError ||= name === 'isError' && end - start === 'true'.length;
    else if (name === 'name') this.#target = { ...this.#target, name: this.#value(start, end) };
    else if (name === 'uri') this.#target = { ...this.#target, uri: this.#value(start, end) };
  }

  #noteOwn(name: MemberName, start: number, end: number): void {
    if (name === 'id') this.#id = this.#value(start, end);
    else if (name === 'method') this.#method = this.#value(start, end);
    else if (name === 'params') this.#params = this.#target ?? nothing;
    else if (name === 'result') this.#result = this.#isError ? { isError: true } : nothing;
    // Some servers send both, one of them null.
    else if (name === 'error') this.#error = this.#line[start] === letterN ? undefined : nothing;
  }

  /** The message with no more in it than was noted. */
  get rpc(): Rpc {
    // Checked by `kindOf`, which every message passes.
    return {
      id: this.#id as RpcId,
      method: this.#method as string,
      params: this.#params,
      result: this.#result,
      error: this.#error,
    };
  }

  #value(start: number, end: number): unknown {
    const line = this.#line;
    if (line[start] === openObject || end - start > valueBytesMax) return nothing;
    return line[start] === quote
      ? textAt(line, start, end)
      : (smallNumber(line, start, end) ?? parsed(line, start, end));
  }
}

/** Methods and names come again and again: each is made a string once. */
const known: string[] = [];
const knownMax = 256;

function textAt(line: Uint8Array, start: number, end: number): unknown {
  for (const text of known) if (isText(line, start, end, text)) return text;
  const text = parsed(line, start, end);
  if (known.length < knownMax && typeof text === 'string' && text.length < 100) known.push(text);
  return text;
}

/** True when the JSON string at `start` is `text`, spelt without escapes and in ASCII. */
function isText(line: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length + 2) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = line[start + 1 + i] as number;
    if (byte !== text.charCodeAt(i) || byte === backslash || byte > 0x7f) return false;
  }
  return true;
}

/** A whole number that fits without rounding, undefined for every other value. */
function smallNumber(line: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > 15) return undefined;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = (line[i] as number) - digitZero;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

function parsed(line: Uint8Array, start: number, end: number): unknown {
  return parse(line.subarray(start, end));
}

/** JSON in bytes that `scan` has accepted. */
export function parse(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
}
