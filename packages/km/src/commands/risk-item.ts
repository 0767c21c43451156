import type { Passage } from '@kilometers/core/risk/passage.ts';
import { surfaces } from '@kilometers/core/risk/passage.ts';
import type { Subject } from '@kilometers/core/risk/surfaces.ts';
import { kindOf } from '../message/read-line.ts';

/** What can be judged by itself: a message with its direction, or one text with its surface. */
export type Judged =
  | { readonly kind: 'message'; readonly subject: Subject }
  | { readonly kind: 'text'; readonly passage: Omit<Passage, 'pointer'> };
export type RiskItem = Judged | { readonly kind: 'none'; readonly error: string };

/** Reads one JSON line. Never throws: a line that is neither says what is wrong with it. */
export function readRiskItem(line: string): RiskItem {
  const value = parseObject(line);
  if (typeof value === 'string') return none(value);
  return 'surface' in value || 'text' in value ? textOf(value) : messageOf(value);
}

function parseObject(line: string): Readonly<Record<string, unknown>> | string {
  try {
    const value: unknown = JSON.parse(line);
    // JSON.parse says no more of an object than that it is one; its members are looked at below.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return 'A line is to be a JSON object.';
  } catch {
    return 'This is not JSON.';
  }
}

function textOf({ surface, text, key, tool }: Readonly<Record<string, unknown>>): RiskItem {
  if (typeof text !== 'string') return none('"text" is to be a string.');
  const known = surfaces.find((name) => name === surface);
  if (known === undefined) return none(`"surface" is to be one of ${surfaces.join(', ')}.`);
  const passage = { surface: known, text, ...ofString('key', key), ...ofString('tool', tool) };
  return { kind: 'text', passage };
}

function messageOf({ dir, asked, ...message }: Readonly<Record<string, unknown>>): RiskItem {
  if (dir !== 'c2s' && dir !== 's2c')
    return none('A line has "surface" and "text", or is a message with "dir": "c2s" or "s2c".');
  if (kindOf(message) === undefined) return none('This is no JSON-RPC message.');
  // A message of one kind has the members of that kind; what is in them is anything, as the type says.
  const rpc = message as Subject['rpc'];
  const request = askedOf(asked);
  return { kind: 'message', subject: { dir, rpc, ...(request && { asked: request }) } };
}

function askedOf(asked: unknown): Subject['asked'] {
  if (typeof asked !== 'object' || asked === null) return undefined;
  const { method, target } = asked as { method?: unknown; target?: unknown };
  return typeof method === 'string' ? { method, ...ofString('target', target) } : undefined;
}

function ofString<K extends string>(name: K, value: unknown): { [name in K]?: string } {
  // One member or none, as the type says; a computed key is more than TypeScript follows.
  return (typeof value === 'string' ? { [name]: value } : {}) as { [name in K]?: string };
}

const none = (error: string): RiskItem => ({ kind: 'none', error });
