import { expect, test } from 'vitest';
import { openExporter } from './exporter.ts';
import type { Reply } from './post.ts';

type Answer = Partial<Reply> | 'gone';

/** An exporter of numbers, before a collector that answers what the test says, and a clock that the test moves. */
function exporting(answers: readonly Answer[]) {
  const rest = [...answers];
  const posted: number[][] = [];
  const faults: string[] = [];
  let dropped = 0;
  let due: { ms: number; then: () => void } | undefined;
  const exporter = openExporter<number>({
    async post(body) {
      const answer = rest.shift() ?? {};
      if (answer === 'gone') throw Object.assign(new Error(), { code: 'ECONNREFUSED' });
      posted.push(JSON.parse(body));
      return { status: 200, retryAfterMs: undefined, body: '', ...answer };
    },
    encode: (items) => JSON.stringify(items),
    rejected: 'rejectedSpans',
    itemsMax: 6,
    batchItems: 3,
    delayMs: 5_000,
    after(ms, then) {
      due = { ms, then };
      return () => {
        due = undefined;
      };
    },
    random: () => 1,
    onDropped: (items) => {
      dropped += items;
    },
    onFault: (message) => faults.push(message),
  });
  return {
    exporter,
    posted,
    faults,
    dropped: () => dropped,
    /** Lets the time pass that is being waited for; how long that was. */
    async pass() {
      const waited = due;
      due = undefined;
      waited?.then();
      await new Promise(setImmediate);
      return waited?.ms;
    },
  };
}

const push = ({ push: one }: { push(item: number): void }, items: readonly number[]) => {
  for (const item of items) one(item);
};

test('items wait for company, and a full batch does not', async () => {
  const { exporter, pass, posted } = exporting([]);
  push(exporter, [1, 2]);
  expect([await pass(), posted]).toEqual([5_000, [[1, 2]]]);
  push(exporter, [3, 4, 5, 6]);
  expect([await pass(), await pass(), posted.slice(1)]).toEqual([0, 5_000, [[3, 4, 5], [6]]]);
});

test('what a collector cannot take now is sent again, later each time, or when it says', async () => {
  const { exporter, pass, posted, faults } = exporting([
    'gone',
    { status: 503 },
    { status: 429, retryAfterMs: 7_000 },
    {},
  ]);
  push(exporter, [1]);
  expect([await pass(), await pass(), await pass(), await pass(), await pass()]).toEqual([
    5_000,
    1_000,
    2_000,
    7_000,
    undefined,
  ]);
  expect(posted).toEqual([[1], [1], [1]]);
  expect(faults).toEqual(['The OpenTelemetry collector cannot be reached (ECONNREFUSED); km goes on trying.']);
});

test('what a collector refuses is dropped, counted, and told once', async () => {
  const partial = { body: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"x"}}' };
  const { exporter, pass, faults, dropped } = exporting([{ status: 400 }, { status: 400 }, partial]);
  for (const item of [1, 2, 3]) {
    push(exporter, [item]);
    await pass();
  }
  expect(dropped()).toBe(4);
  expect(faults).toHaveLength(2);
});

test('while nobody takes anything only so much is kept', async () => {
  const { exporter, pass, posted, dropped } = exporting(['gone']);
  push(exporter, [1, 2, 3]);
  await pass();
  push(exporter, [4, 5, 6, 7, 8]);
  expect(dropped()).toBe(2);
  await pass();
  await pass();
  expect(posted).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

test('at the end all that waits is sent, once', async () => {
  const { exporter, posted, dropped } = exporting([]);
  push(exporter, [1, 2, 3, 4]);
  await exporter.close(new AbortController().signal);
  expect([posted, dropped()]).toEqual([[[1, 2, 3], [4]], 0]);
});

test('a collector that is gone does not keep the end waiting', async () => {
  const { exporter, dropped } = exporting(['gone', 'gone']);
  push(exporter, [1, 2, 3, 4]);
  await exporter.close(new AbortController().signal);
  expect(dropped()).toBe(4);
});
