import type { Subject } from '../surfaces.ts';
import { canonicalJson } from './canonical.ts';
import type { Definition } from './memory.ts';
import type { SenseParts } from './sense.ts';

/** A tool as a server lists it. */
export interface ListedTool {
  readonly name: string;
  readonly description?: unknown;
  readonly annotations?: unknown;
  readonly [member: string]: unknown;
}

/** One page of a list of tools. */
export interface Page {
  /** With its JSON pointer in the message. */
  readonly tools: readonly { readonly tool: ListedTool; readonly pointer: string }[];
  readonly isLast: boolean;
}

/** The tools in an answer to `tools/list`; undefined when the message is none. */
export function toolsIn({ dir, rpc, asked }: Subject): Page | undefined {
  const { tools, nextCursor } = (rpc.result ?? {}) as { tools?: unknown; nextCursor?: unknown };
  if (dir !== 's2c' || !Array.isArray(tools)) return undefined;
  if (asked !== undefined && asked.method !== 'tools/list') return undefined;
  const named = tools.map((tool: unknown, index) => ({ tool, pointer: `/result/tools/${index}` }));
  return { tools: named.filter(isNamed), isLast: nextCursor === undefined };
}

function isNamed(row: { tool: unknown; pointer: string }): row is { tool: ListedTool; pointer: string } {
  return typeof (row.tool as ListedTool | null)?.name === 'string';
}

/** What a model or a person goes by. Icons are left out: they say nothing, and their addresses change by themselves. */
const pinnedMembers = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const;
const partCharsMax = 2_000;
const redactedCharsMax = 32_768;

/** Hash of a tool's definition, in which white space and the order of members make no difference. */
export function definitionHash(tool: ListedTool, hash: SenseParts['hash']): string {
  return hash(
    memberTexts(tool)
      .map(([member, text]) => `${member}:${text}`)
      .join('\n'),
  );
}

/** A tool's definition as it is kept, without secrets. Costs a redaction, so it is made for what is new. */
export function define(tool: ListedTool, { hash, redact }: Pick<SenseParts, 'hash' | 'redact'>): Definition {
  const parts = memberTexts(tool).map(([member, text]) => {
    // Redacted first: a secret that is cut in two is not recognised.
    const shown = redact(text.slice(0, redactedCharsMax)).slice(0, partCharsMax);
    return [member, { hash: hash(text).slice(0, 16), text: shown }] as const;
  });
  return { hash: definitionHash(tool, hash), parts: Object.fromEntries(parts) };
}

function memberTexts(tool: ListedTool): (readonly [string, string])[] {
  return pinnedMembers.flatMap((member) => {
    const value = tool[member];
    return value === undefined ? [] : [[member, canonicalJson(value)] as const];
  });
}

/** Members that differ between two definitions of a tool. */
export function changedMembers(before: Definition, after: Definition): readonly string[] {
  return pinnedMembers.filter((member) => before.parts[member]?.hash !== after.parts[member]?.hash);
}
