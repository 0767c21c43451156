import type { Place } from '../finding.ts';
import type { Passage } from '../passage.ts';

/** Texts that a model reads one after the other, as one. */
interface Joined {
  readonly passage: Passage;
  /** Where a stretch of the joined text stands: in the part in which it begins. */
  partAt(start: number, end: number): Place;
}

/** More than a reader takes in at once; beyond it each part still is looked at by itself. */
const joinedCharsMax = 32_768;

/**
 * Joins what describes one tool, what one result says in several blocks or members, and a command with its arguments: what is cut in
 * two there means what it would mean in one piece.
 */
export function joinedPassages(passages: readonly Passage[]): readonly Joined[] {
  const groups = new Map<string, Passage[]>();
  for (const passage of passages) {
    const key = groupOf(passage);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [passage]);
    else group.push(passage);
  }
  return [...groups.values()].filter(({ length }) => length > 1).map(join);
}

/** Passages with the same answer are read together. */
function groupOf({ surface, tool = '', pointer, key = '', text }: Passage): string | undefined {
  switch (surface) {
    case 'tool_description':
      return `${surface} ${tool}`;
    case 'tool_result':
      if (block.test(pointer)) return surface;
      // Of the members of an object those that say something: numbers, dates and identifiers do not.
      return pointer.startsWith(structured) && text.includes(' ') ? structured : undefined;
    case 'tool_args':
      // A list of words of a command, or a program and, beside it, the list of its arguments.
      return commandKey.test(key) || argumentsKey.test(key) ? `${surface} ${ownerOf(pointer)}` : undefined;
    default:
      return undefined;
  }
}

const block =
  /^\/(?:result|params)\/(?:content|contents|messages)(?:\/\d+)?\/(?:content\/)?(?:\d+\/)?(?:resource\/)?text$/;
const structured = '/result/structuredContent';
const commandKey = /^(?:command|cmd|program|executable|binary)$/i;
const argumentsKey = /^(?:args|argv|arguments|flags)$/i;

/** The object whose member, or whose member's element, stands at `pointer`. */
function ownerOf(pointer: string): string {
  return pointer.replace(/\/[^/]*(?:\/\d+)?$/, '');
}

function join(group: readonly Passage[]): Joined {
  // The program comes before its arguments, whatever the members are called.
  const parts = [...group].sort(
    (a, b) => Number(argumentsKey.test(a.key ?? '')) - Number(argumentsKey.test(b.key ?? '')),
  );
  const first = parts[0] as Passage; // Groups hold at least two.
  const joiner = first.surface === 'tool_args' ? ' ' : '\n';
  const starts: number[] = [];
  const used: Passage[] = [];
  let text = '';
  for (const part of parts) {
    if (text.length + part.text.length > joinedCharsMax) continue;
    starts.push(text.length);
    used.push(part);
    text += part.text + joiner;
  }
  return {
    passage: { ...first, text, pointer: '' },
    partAt(start, end) {
      const index = Math.max(
        0,
        starts.findLastIndex((from) => from <= start),
      );
      const from = starts[index] ?? 0;
      const part = used[index] ?? first;
      return { pointer: part.pointer, start: start - from, end: Math.min(end - from, part.text.length) };
    },
  };
}
