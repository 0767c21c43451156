import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Figures } from '../figures/figures.ts';
import { openSharedFigures, type SharedFigures } from './shared-figures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'km-figures-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A km of the machine: what it counts, and the file that it publishes. */
function member(id: string) {
  const figures = new Figures();
  const shared = openSharedFigures({ folder, id, now: Date.now });
  const file = path.join(folder, `${id}.figures.json`);
  figures.set('run', 'km.sessions.open', { server: 's' }, 1);
  return {
    count: (by: number) => figures.add('km.sessions', { server: 's' }, by),
    time: (seconds: number) => figures.time('mcp.server.session.duration', { server: 's' }, seconds),
    publish: () => shared.publish(figures.snapshot()),
    leave: () => shared.leave(figures.snapshot()),
    /** As if the process had been killed: no process has this id. */
    kill() {
      const published = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ ...published, owner: { ...published.owner, pid: 2 ** 30 } }));
    },
    file,
    shared,
  };
}

const countIn = async ({ sum }: SharedFigures) => (await sum()).counters['km.sessions']?.['["s"]'] ?? 0;
const openIn = async ({ sum }: SharedFigures) => (await sum()).gauges['km.sessions.open']?.['["s"]'] ?? 0;

test('the sum is that of all who publish, and of those who ended', async () => {
  const [a, b, c] = [member('a'), member('b'), member('c')];
  a.count(1);
  b.count(10);
  c.count(100);
  for (const one of [a, b, c]) await one.publish();
  expect([await countIn(a.shared), await openIn(b.shared)]).toEqual([111, 3]);
  await b.leave();
  c.kill();
  expect([await countIn(a.shared), await openIn(a.shared)]).toEqual([111, 1]);
  await a.shared.fold();
  expect([await countIn(a.shared), await openIn(a.shared)]).toEqual([111, 1]);
  expect(readdirSync(folder).sort()).toEqual(['a.figures.json', 'ended.json']);
});

test('whoever was folded and left behind by a killed km is counted once', async () => {
  const [a, b] = [member('a'), member('b')];
  b.count(5);
  b.time(0.3);
  await a.publish();
  await b.leave();
  const left = readFileSync(b.file);
  await a.shared.fold();
  writeFileSync(b.file, left);
  expect(await countIn(a.shared)).toBe(5);
  await a.shared.fold();
  await a.shared.fold();
  expect(await countIn(a.shared)).toBe(5);
  expect(readdirSync(folder)).not.toContain('b.figures.json');
  const bins = (await a.shared.sum()).histograms['mcp.server.session.duration'];
  expect(Object.values(bins ?? {})).toMatchObject([{ sum: 0.3 }]);
});

test('a counter never goes back while members come, count, end, are killed and are folded by several at once', async () => {
  const step = fc.record({ who: fc.nat(4), what: fc.constantFrom('count', 'count', 'end', 'kill', 'fold') });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
      rmSync(folder, { recursive: true, force: true });
      const reader = openSharedFigures({ folder, id: 'reader', now: Date.now });
      const members = new Map<number, ReturnType<typeof member>>();
      let born = 0;
      let counted = 0;
      let told = 0;
      for (const { who, what } of steps) {
        const one = members.get(who) ?? member(`m${born++}`);
        members.set(who, one);
        await one.publish();
        if (what === 'count') {
          one.count(1);
          counted += 1;
          await one.publish();
        } else if (what !== 'fold') {
          if (what === 'end') await one.leave();
          else one.kill();
          members.delete(who);
        }
        const folding = Promise.all([one.shared.fold(), reader.fold()]);
        const now = await countIn(reader);
        expect(now).toBeGreaterThanOrEqual(told);
        told = now;
        await folding;
      }
      expect(await countIn(reader)).toBe(counted);
    }),
    { numRuns: 10 },
  );
});

test('files that are none of ours, or cut, are passed over', async () => {
  const a = member('a');
  a.count(1);
  await a.publish();
  const odd = { owner: {}, ended: true, counters: { 'km.sessions': { 'no list': 9 } }, gauges: {}, histograms: {} };
  writeFileSync(path.join(folder, 'odd.figures.json'), JSON.stringify(odd));
  writeFileSync(path.join(folder, 'cut.figures.json'), '{"owner":');
  writeFileSync(path.join(folder, 'ended.json'), '');
  expect(await countIn(a.shared)).toBe(1);
});
