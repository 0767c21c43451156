import type { Assessment, Finding } from '@kilometers/core/risk/finding.ts';
import type { Rpc } from '../message/message.ts';

/** A message that goes on instead, and what was changed in it. */
export interface SaferForm {
  readonly rpc: Rpc;
  readonly what: string;
}

/** The message with every suggestion of its findings; undefined when there is none. */
export function transformed(rpc: Rpc, { findings }: Assessment): SaferForm | undefined {
  const texts = new Map<string, string>();
  const whats: string[] = [];
  // Heaviest first; a second suggestion for the same string was made for a text that is gone.
  for (const { at, suggestion } of findings) {
    if (suggestion === undefined || texts.has(at.pointer)) continue;
    texts.set(at.pointer, suggestion.text);
    whats.push(suggestion.what);
  }
  return texts.size === 0 ? undefined : { rpc: replaceStrings(rpc, texts), what: whats.join('; ') };
}

const redactable = /^(?:secrets|personal)\./;

/**
 * The message with what is secret or personal in it replaced, wherever it stands: text and `structuredContent` alike, so that
 * neither says what the other hides. Undefined when there is nothing.
 */
export function redacted(rpc: Rpc, { findings }: Assessment): SaferForm | undefined {
  const places = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (!redactable.test(finding.rule)) continue;
    places.set(finding.at.pointer, [...(places.get(finding.at.pointer) ?? []), finding]);
  }
  if (places.size === 0) return undefined;
  const texts = new Map<string, string>();
  for (const [pointer, found] of places) {
    const text = stringAt(rpc, pointer);
    if (text !== undefined) texts.set(pointer, withoutPlaces(text, found));
  }
  const what = `redacted ${[...new Set(findings.filter(({ rule }) => redactable.test(rule)).map(({ rule }) => rule))].join(', ')}`;
  return { rpc: replaceStrings(rpc, texts), what };
}

/** From the end, so that offsets before stay right; of places that overlap, the first found stands. */
function withoutPlaces(text: string, found: readonly Finding[]): string {
  const sorted = [...found].sort((a, b) => b.at.start - a.at.start);
  let out = text;
  let before = text.length;
  for (const { rule, at } of sorted) {
    const end = Math.min(at.end, before);
    if (end <= at.start) continue;
    out = `${out.slice(0, at.start)}[redacted:${rule.split('.')[1]}]${out.slice(end)}`;
    before = at.start;
  }
  return out;
}

function stringAt(rpc: Rpc, pointer: string): string | undefined {
  const value = stepsOf(pointer).reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
    rpc,
  );
  return typeof value === 'string' ? value : undefined;
}

/** A copy with other strings at some JSON pointers. What is no string there, or is not there, stays as it is. */
function replaceStrings(rpc: Rpc, texts: ReadonlyMap<string, string>): Rpc {
  const copy = structuredClone(rpc);
  for (const [pointer, text] of texts) {
    const steps = stepsOf(pointer);
    const last = steps.pop();
    const parent = steps.reduce<unknown>(
      (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
      copy,
    ) as Record<string, unknown> | undefined;
    if (last !== undefined && typeof parent?.[last] === 'string') parent[last] = text;
  }
  return copy;
}

/** @see https://www.rfc-editor.org/rfc/rfc6901 */
function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
