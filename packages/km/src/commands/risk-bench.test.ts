import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { combine } from '@kilometers/core/risk/combine.ts';
import { surfaces } from '@kilometers/core/risk/passage.ts';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/chain.ts';
import { runKm } from '../../test/run-km.ts';
import { benchEngine, linearity } from './bench-engine.ts';
import { ordinaryText } from './bench-texts.ts';

/** An engine that takes, on a clock of its own, so many milliseconds for each text. */
function slowEngine(msOf: (chars: number) => number) {
  let ms = 0;
  const judge = (text: string) => {
    ms += msOf(text.length);
    return combine([]);
  };
  const engine = { assess: () => judge(''), assessText: ({ text }: { text: string }) => judge(text), learn: () => {} };
  return { engine, now: () => ms };
}

test('figures are the time of a run and of a thousand characters, and a linear engine is told as one', () => {
  const { engine, now } = slowEngine((chars) => chars / 1_000);
  const rows = [...benchEngine({ engine, now, budgetMs: 10, surfaces: ['shell'], sizes: [100, 10_000] })];
  expect(
    rows.map(({ of, chars, p50Us, p99Us, usPer1000 }) => [of, chars, ...[p50Us, p99Us, usPer1000].map(Math.round)]),
  ).toEqual([
    ['shell', 100, 100, 100, 1_000],
    ['shell', 10_000, 10_000, 10_000, 1_000],
  ]);
  expect(linearity(rows)).toBeCloseTo(1);
});

test('an engine whose time grows with the square is told by its ratio', () => {
  const { engine, now } = slowEngine((chars) => (chars / 1_000) ** 2);
  const rows = [...benchEngine({ engine, now, budgetMs: 1, surfaces: ['shell'], sizes: [1_000, 100_000] })];
  expect(linearity(rows)).toBeCloseTo(100);
});

test.each(surfaces)('texts of %s have the length that is wanted and are the same each time', (surface) => {
  for (const chars of [100, 30_000]) expect(ordinaryText(surface, chars)).toHaveLength(chars);
  expect(ordinaryText(surface, 500)).toBe(ordinaryText(surface, 500));
});

test('texts of a folder are measured by surface', async () => {
  const folder = temporaryFolder();
  const lines = [
    { surface: 'shell', text: 'ls' },
    { surface: 'sql', text: 'SELECT 1' },
    { surface: 'none', text: '' },
  ];
  writeFileSync(path.join(folder, 'a.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { status, out } = await runKm(['risk', 'bench', '--data', folder, '--json']);
  const { rows } = JSON.parse(out) as { rows: { of: string; chars: number; runs: number }[] };
  expect([status, rows.map(({ of, chars, runs }) => [of, chars, runs])]).toEqual([
    0,
    [
      ['shell', 2, 1],
      ['sql', 8, 1],
    ],
  ]);
});
