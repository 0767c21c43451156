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
const joiner = '\n';

/**
 * Joins what describes one tool, and what one result says in several blocks: a sentence that is cut in two there means
 * what it would mean in one piece.
 */
export function joinedPassages(passages: readonly Passage[]): readonly Joined[] {
  const groups = new Map<string, Passage[]>();
  for (const passage of passages) {
    const { surface, tool = '' } = passage;
    if (surface !== 'tool_description' && surface !== 'tool_result') continue;
    const key = `${surface} ${tool}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [passage]);
    else group.push(passage);
  }
  return [...groups.values()].filter(({ length }) => length > 1).map(join);
}

function join(parts: readonly Passage[]): Joined {
  const first = parts[0] as Passage; // Groups hold at least two.
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
