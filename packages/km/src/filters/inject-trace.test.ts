import { expect, test } from 'vitest';
import { Message } from '../message/message.ts';
import type { Verdict } from '../pipeline/filter.ts';
import { injectTrace } from './inject-trace.ts';

function judge(text: string): Verdict {
  const head = Buffer.from(text);
  const filter = injectTrace(() => ({ traceparent: '00-ours' }));
  return filter.judge?.(new Message('c2s', { head, bytes: head.length }, 0, 0), {} as never) as Verdict;
}

test('a request says which span it belongs to, and keeps what else it says', () => {
  const text =
    '{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":[1,-2.5],"_meta":{"progressToken":0,"traceparent":"00-theirs","tracestate":"a=b"}},"more":1}';
  expect(judge(text)).toMatchObject({
    kind: 'replace',
    rpc: {
      jsonrpc: '2.0',
      id: 1,
      method: 'x',
      params: { a: [1, -2.5], _meta: { progressToken: 0, traceparent: '00-ours' } },
      more: 1,
    },
  });
  expect(JSON.stringify(judge(text))).not.toContain('tracestate');
});

test.each([
  ['has no params', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'],
  [
    'has a number that would not stay as it is',
    '{"jsonrpc":"2.0","id":1,"method":"x","params":{"n":9007199254740993}}',
  ],
  ['has a number that would be written otherwise', '{"jsonrpc":"2.0","id":1,"method":"x","params":{"n":1.0}}'],
])('what %s stays as it is', (_, text) => {
  expect(judge(text)).toEqual({ kind: 'pass' });
});

test('digits in a text are no number', () => {
  const text = '{"jsonrpc":"2.0","id":"a\\"1.0","method":"x","params":{"n":"1.0 9007199254740993"}}';
  expect(judge(text).kind).toBe('replace');
});
