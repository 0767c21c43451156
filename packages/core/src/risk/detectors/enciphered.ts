import type { Detector, Found } from '../detector.ts';
import { cipherKeywords, decipher } from '../text/decipher.ts';
import { orderIn } from './disguised.ts';

/** Finds orders in a simple cipher: a model reads it, and a search for words does not. */
export const enciphered: Detector = {
  name: 'enciphered',
  surfaces: ['tool_description', 'tool_result', 'user_prompt'],
  keywords: cipherKeywords,
  detect({ plain, offset }, passage) {
    const family = passage.surface === 'tool_description' ? 'poison' : 'injection';
    return decipher(plain).flatMap(({ text, how, place }): readonly Found[] => {
      const order = orderIn(text, passage);
      if (order === undefined) return [];
      const [start, end] = place(order.start, order.end);
      const reason = `${order.reason} It is written ${how}.`;
      return [{ ...order, rule: `${family}.enciphered`, reason, start: offset(start), end: offset(end) }];
    });
  },
};
