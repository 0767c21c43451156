import type { Detector, Found } from '../detector.ts';
import { respell } from '../text/respell.ts';
import { orderIn } from './disguised.ts';

/** Finds orders whose letters stand apart or are written as digits, so that no search for words sees them. */
export const spelledOut: Detector = {
  name: 'spelled-out',
  surfaces: ['tool_description', 'tool_result', 'user_prompt'],
  detect({ plain, offset }, passage) {
    const family = passage.surface === 'tool_description' ? 'poison' : 'injection';
    return respell(plain).flatMap(({ text, how, start, end }): readonly Found[] => {
      const order = orderIn(text, passage);
      if (order === undefined) return [];
      const reason = `${order.reason} It is written with ${how}.`;
      return [{ ...order, rule: `${family}.spelled_out`, reason, start: offset(start), end: offset(end) }];
    });
  },
};
