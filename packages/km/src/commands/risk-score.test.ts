import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { createEngine } from '@kilometers/core/risk/assess.ts';
import type { Detector } from '@kilometers/core/risk/detector.ts';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/chain.ts';
import { runKm, startKm } from '../../test/run-km.ts';
import { scoreLine, singleJudge } from './score-line.ts';

const ordinary = JSON.stringify({ surface: 'shell', text: 'ls' });
const innocent = { score: 0, level: 'none', findings: [] };

test('each line is answered in its place, and one that is nothing to judge neither stops nor passes unnoticed', async () => {
  const request = { dir: 'c2s', jsonrpc: '2.0', id: 1, method: 'ping' };
  const input = [ordinary, 'not json', JSON.stringify(request), '', ordinary].join('\n');
  const { status, out } = await runKm(['risk', 'score'], undefined, input);
  const answers = out.trimEnd().split('\n');
  expect([status, answers.map((line) => JSON.parse(line))]).toEqual([
    1,
    [innocent, { error: 'This is not JSON.' }, innocent, { error: 'This is not JSON.' }, innocent],
  ]);
});

test('with --session a tool that changes between two lists is found', async () => {
  const list = (description: string) =>
    JSON.stringify({
      ...{ dir: 's2c', jsonrpc: '2.0', id: 1, asked: { method: 'tools/list' } },
      result: { tools: [{ name: 'add', description, inputSchema: { type: 'object' } }] },
    });
  const input = `${list('Adds two numbers.')}\n${list('Adds two numbers, and more.')}\n`;
  const scores = async (...options: string[]) => {
    const { out } = await runKm(['risk', 'score', ...options], undefined, input);
    return out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).score > 0);
  };
  expect(await scores('--session')).toEqual([false, true]);
  expect(await scores()).toEqual([false, false]);
});

test('a file is read like standard input, and one that is not there is told', async () => {
  const file = path.join(temporaryFolder(), 'texts.jsonl');
  writeFileSync(file, `${ordinary}\n`.repeat(3));
  expect(await runKm(['risk', 'score', file])).toMatchObject({
    status: 0,
    out: `${JSON.stringify(innocent)}\n`.repeat(3),
  });
  const { status, err } = await runKm(['risk', 'score', `${file}.none`]);
  expect([status, JSON.parse(err).code]).toEqual([2, 'usage.unreadable']);
});

test('each answer comes before the next line is there', async () => {
  const child = startKm(['risk', 'score']);
  for (let line = 0; line < 3; line++) {
    child.stdin.write(`${ordinary}\n`);
    const [chunk] = await once(child.stdout, 'data');
    expect(String(chunk)).toBe(`${JSON.stringify(innocent)}\n`);
  }
  child.stdin.end();
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('a reader that goes away ends it without a word', async () => {
  const child = startKm(['risk', 'score']);
  const err = text(child.stderr);
  child.stdin.on('error', () => {}); // It may end before all is read.
  child.stdin.end(`${ordinary}\n`.repeat(200_000));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child, 'close');
  expect(await err).toBe('');
});

const finding = { rule: 'test.found', owasp: 'MCP05:2025', weight: 0.5, reason: 'Found.', start: 0, end: 2 } as const;

test('a verdict has score, level and findings, and no other member', () => {
  const finds: Detector = {
    name: 'test',
    surfaces: ['shell'],
    detect: () => [{ ...finding, suggestion: { what: 'Nothing.', text: '' } }],
  };
  const { line, judged } = scoreLine(singleJudge(createEngine({ detectors: [finds] })), ordinary);
  const { start, end, ...rest } = finding;
  const at = { pointer: '', start, end };
  expect([judged, JSON.parse(line)]).toEqual([
    true,
    { score: 0.5, level: 'medium', findings: [{ ...rest, evidence: 'ls', at }] },
  ]);
});

test('a detector that throws costs only the line it was to judge', () => {
  const throws: Detector = {
    name: 'test',
    surfaces: ['shell'],
    detect() {
      throw new Error('out of order');
    },
  };
  expect(scoreLine(singleJudge(createEngine({ detectors: [throws] })), ordinary)).toEqual({
    line: '{"error":"This could not be judged: test failed."}',
    judged: false,
  });
});
