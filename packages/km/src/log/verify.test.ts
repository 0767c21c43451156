import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Chain, call, chain, temporaryFolder, text } from '../../test/chain.ts';
import { verifyLog } from './verify.ts';

function wholeRun(run: Chain, calls = 5): string[] {
  const session = run.add({ seq: 0, kind: 'session', info: { km: '0.1.0' } });
  const lines = Array.from({ length: calls }, (_, index) => call(run, 2 * index + 1)).flat();
  return [session, ...lines, run.add({ seq: 2 * calls, kind: 'end', count: 2 * calls + 1, open: 0, exit: 0 })];
}

async function verify(...segments: readonly (readonly string[])[]) {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  for (const [index, lines] of segments.entries()) {
    const age = segments.length - 1 - index;
    writeFileSync(age === 0 ? file : file.replace('.log', `.2026112${9 - age}T080000000Z.aaaaaaaa.log`), text(lines));
  }
  const { runs } = await verifyLog(file);
  const states = Object.fromEntries(runs.map(({ run, state }) => [run, state]));
  const places = runs.flatMap(({ faults }) => faults.map(({ line, seq }) => [line, seq]));
  return { states, places, runs };
}

test('whole runs hold, mixed and over segments', async () => {
  const [a, b] = [wholeRun(chain('a')), wholeRun(chain('b'))];
  const mixed = a.flatMap((line, index) => [line, b[index] as string]);
  expect(await verify(mixed.slice(0, 9), mixed.slice(9, 14), mixed.slice(14))).toMatchObject({
    states: { a: 'ok', b: 'ok' },
    places: [],
  });
});

test('a run without an end is still running or was killed; a torn last line is being written', async () => {
  const lines = wholeRun(chain('a')).slice(0, -1);
  const { states } = await verify([...lines.slice(0, -1), (lines.at(-1) as string).slice(0, 100)]);
  expect(states).toEqual({ a: 'open' });
});

const edit = (lines: readonly string[], at: number, change: (line: string) => string): string[] =>
  lines.map((line, index) => (index === at ? change(line) : line));

test('each kind of tampering is seen, at the line where it shows', async () => {
  const lines = wholeRun(chain('a'));
  const swapped = [...lines.slice(0, 4), lines[5] as string, lines[4] as string, ...lines.slice(6)];
  const cases: readonly (readonly [string, readonly string[], number])[] = [
    ['a changed byte', edit(lines, 4, (line) => line.replace('"read"', '"reed"')), 6],
    ['a removed line', lines.toSpliced(4, 1), 5],
    ['two swapped lines', swapped, 5],
    ['a repeated line', lines.toSpliced(4, 0, lines[4] as string), 5],
    ['a head cut off', lines.slice(3), 1],
    ['the record before the end removed', lines.toSpliced(-2, 1), 11],
    ['a chain link changed', edit(lines, 6, (line) => line.replace(/"prev":"./, '"prev":"x')), 7],
    ['a record made unreadable', edit(lines, 4, (line) => line.slice(0, -2)), 6],
    ['records behind the end', [...lines, ...call(chain('a'), 11)], 13],
  ];
  for (const [name, changed, line] of cases) {
    const { states, places } = await verify(changed);
    expect([name, states.a, places[0]?.[0]]).toEqual([name, 'broken', line]);
  }
});

test('a record that follows the end of its run is a fault, though the chain reaches it', async () => {
  const run = chain('a');
  const { places } = await verify([...wholeRun(run), run.add({ seq: 11, kind: 'notification' })]);
  expect(places).toEqual([[13, 11]]);
});

test('a forged run of its own holds: chains prove nothing about what was rewritten whole', async () => {
  const { states } = await verify([...wholeRun(chain('a')), ...wholeRun(chain('forged'))]);
  expect(states).toEqual({ a: 'ok', forged: 'ok' });
});

test('lost messages that a gap declares are no fault, and those that none declares are', async () => {
  const run = chain('a');
  const before = call(run, 1);
  const gap = run.add({ seq: 9, kind: 'gap', from: 3, to: 9, reason: 'ENOSPC' });
  const after = call(run, 10);
  const count = { kind: 'end', count: 5, seq: 11 };
  expect((await verify([...before, gap, ...after, run.add(count)])).runs).toMatchObject([{ state: 'ok', lost: 7 }]);

  const silent = chain('b');
  const undeclared = [...call(silent, 1), ...call(silent, 10), silent.add({ ...count, count: 4 })];
  expect((await verify(undeclared)).states).toEqual({ b: 'broken' });
});

test('numbers may come late: a held message is written after those that passed it', async () => {
  const run = chain('a');
  const lines = [1, 3, 4, 2].map((seq) => run.add({ seq, kind: 'notification' }));
  expect((await verify([...lines, run.add({ seq: 4, kind: 'end', count: 4 })])).states).toEqual({ a: 'ok' });
});

test('a beginning that a trim record declares is no fault, wherever the trim stands', async () => {
  const run = chain('a');
  const dropped = call(run, 1);
  const was = run.prev;
  const kept = [...call(run, 3), run.add({ seq: 4, kind: 'end', count: 4 })];
  const trimmer = chain('t');
  const trim = [
    trimmer.add({ seq: 0, kind: 'session' }),
    trimmer.add({ seq: 0, kind: 'trim', of: 'a', first: 3, last: 2, was, reason: 'clear-logs' }),
    trimmer.add({ seq: 0, kind: 'end', count: 2 }),
  ];
  for (const lines of [
    [...kept, ...trim],
    [...trim, ...kept],
  ]) {
    expect((await verify(lines)).runs.find(({ run: id }) => id === 'a')).toMatchObject({ state: 'ok', trimmed: true });
  }
  expect((await verify([...trim, ...kept.slice(1)])).states).toEqual({ a: 'broken', t: 'ok' });
  expect((await verify([...dropped, ...kept])).states).toEqual({ a: 'ok' });
});

test('a line that a short write left whole but uncounted is explained by its gap', async () => {
  const [opening, orphan] = call(chain('a'), 1) as [string, string];
  const rest = chain('a');
  rest.add(pick(opening));
  const gap = rest.add({ seq: 2, kind: 'gap', from: 2, to: 2, reason: 'short write' });
  const end = rest.add({ seq: 2, kind: 'end', count: 2 });
  expect((await verify([opening, orphan, gap, end])).states).toEqual({ a: 'ok' });
  expect((await verify([opening, orphan, end])).states).toEqual({ a: 'broken' });
});

/** The fields of a record that `chain` does not fill in by itself. */
function pick(line: string): Record<string, unknown> {
  const { v: _v, run: _run, session: _session, server: _server, prev: _prev, ...fields } = JSON.parse(line);
  return fields;
}
