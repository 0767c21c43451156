import { changedMembers } from '@kilometers/core/risk/session/listed-tools.ts';
import type { Definition, KnownTool } from '@kilometers/core/risk/session/memory.ts';

/** One line of a change: what went, what came, and what stands around it. */
export interface ChangeLine {
  readonly sign: '-' | '+' | ' ';
  readonly text: string;
}

/** What became of one member of a tool's definition. */
export interface MemberChange {
  readonly member: string;
  readonly lines: readonly ChangeLine[];
}

const around = 2;

/** What is different in the definition that was listed last, line by line. */
export function changesOf({ pin, latest }: KnownTool): readonly MemberChange[] {
  return changedMembers(pin, latest).map((member) => {
    const [before, after] = [linesOf(pin, member), linesOf(latest, member)];
    const lines = difference(before, after);
    // What is kept is redacted and cut short, so two texts may look alike that were not.
    const unseen: ChangeLine = { sign: ' ', text: '(the change is beyond what is kept of this text)' };
    return { member, lines: lines.length > 0 ? lines : [unseen] };
  });
}

/** A member of a definition, for a person to read. */
export function linesOf(definition: Definition, member: string): readonly string[] {
  const text = definition.parts[member]?.text;
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return (typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)).split('\n');
  } catch {
    return [`${text}…`]; // Cut short.
  }
}

/** From the first line that differs to the last. */
function difference(before: readonly string[], after: readonly string[]): readonly ChangeLine[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  if (head === before.length && head === after.length) return [];
  const signed = (sign: ChangeLine['sign'], lines: readonly string[]) => lines.map((text) => ({ sign, text }));
  return [
    ...signed(' ', before.slice(Math.max(0, head - around), head)),
    ...signed('-', before.slice(head, before.length - tail)),
    ...signed('+', after.slice(head, after.length - tail)),
    ...signed(' ', before.slice(before.length - tail, before.length - tail + around)),
  ];
}
