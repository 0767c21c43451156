import type { Detector, Found } from '../detector.ts';
import { prepare } from '../text/prepare.ts';
import { respell } from '../text/respell.ts';
import { otherScriptWords } from './foreign-words.ts';
import { injection } from './injection.ts';
import { poison } from './poison.ts';

/** Who writes an order so that a search for words misses it knows what it is. */
const openShare = 0.37;
const weightMax = 0.9;
/** Less is no order. */
const weightMin = 0.15;

/** Finds orders whose letters stand apart or are written as digits, so that no search for words sees them. */
export const spelledOut: Detector = {
  name: 'spelled-out',
  surfaces: ['tool_description', 'tool_result', 'user_prompt'],
  detect({ plain, offset }, passage) {
    const poisoned = passage.surface === 'tool_description';
    const readers = [poisoned ? poison : injection, otherScriptWords];
    return respell(plain).flatMap(({ text, how, start, end }): readonly Found[] => {
      const prepared = prepare(text);
      const orders = readers.flatMap((reader) => reader.detect(prepared, { ...passage, text }));
      const heaviest = orders.sort((a, b) => b.weight - a.weight)[0];
      if (heaviest === undefined || heaviest.weight < weightMin) return [];
      return [
        {
          rule: `${poisoned ? 'poison' : 'injection'}.spelled_out`,
          owasp: heaviest.owasp,
          weight: Math.min(weightMax, Math.round((1 - (1 - heaviest.weight) * openShare) * 1_000) / 1_000),
          reason: `${heaviest.reason} It is written with ${how}.`,
          start: offset(start),
          end: offset(end),
        },
      ];
    });
  },
};
