import type { Found } from '../detector.ts';
import type { Passage } from '../passage.ts';
import { prepare } from '../text/prepare.ts';
import { latinWords, otherScriptWords } from './foreign-words.ts';
import { injection } from './injection.ts';
import { poison } from './poison.ts';

/** Who writes an order so that a search for words misses it knows what it is: little room for innocence is left. */
const innocentShare = 0.37;
const weightMax = 0.9;
/** Less is no order. */
const weightMin = 0.15;

/** The heaviest order to the model in a text that was written otherwise, weighed as one that was hidden. */
export function orderIn(text: string, passage: Passage): Found | undefined {
  const prepared = prepare(text);
  const readers = [passage.surface === 'tool_description' ? poison : injection, latinWords, otherScriptWords];
  const orders = readers.flatMap((reader) => reader.detect(prepared, { ...passage, text }));
  const heaviest = orders.sort((a, b) => b.weight - a.weight)[0];
  if (heaviest === undefined || heaviest.weight < weightMin) return undefined;
  const weight = Math.min(weightMax, 1 - (1 - heaviest.weight) * innocentShare);
  return { ...heaviest, weight: Math.round(weight * 1_000) / 1_000 };
}
