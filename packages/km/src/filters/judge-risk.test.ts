import type { PolicyDecision } from '@kilometers/core/policy/policy.ts';
import type { Engine } from '@kilometers/core/risk/assess.ts';
import { combine } from '@kilometers/core/risk/combine.ts';
import type { Assessment, Finding } from '@kilometers/core/risk/finding.ts';
import type { ToolState } from '@kilometers/core/risk/session/memory.ts';
import { expect, test } from 'vitest';
import { type Direction, Message, type Rpc } from '../message/message.ts';
import type { Asked, Context, Verdict } from '../pipeline/filter.ts';
import type { ToolListing } from './edit-tool-list.ts';
import { judgeRisk } from './judge-risk.ts';

const found = (rule: string, weight: number, pointer: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  owasp: 'MCP03:2025',
  weight,
  reason: `${rule} was seen.`,
  evidence: '…',
  at: { pointer, start: 0, end: 4 },
  ...more,
});

interface World {
  readonly findings?: readonly Finding[];
  readonly decision?: Partial<PolicyDecision>;
  readonly mode?: ToolListing['mode'];
  readonly states?: Readonly<Record<string, ToolState>>;
}

/** The filter, with an engine that finds and a policy that decides what the test says. */
function judging({ findings = [], decision = {}, mode = 'mark', states = {} }: World) {
  const learnt: boolean[] = [];
  const engine: Pick<Engine, 'assess' | 'learn'> = {
    assess: () => combine(findings),
    learn: (_, __, forwarded) => learnt.push(forwarded),
  };
  const filter = judgeRisk({
    engine: engine as Engine,
    policy: {
      onFailure: 'pass',
      decide: () => ({ action: 'allow', rule: 'preset', reason: '', tags: [], failed: [], ...decision }),
    },
    enforces: () => true,
    session: () => ({ name: 's', tags: {} }),
    server: { name: 'files', command: 'files' },
    listing: {
      mode,
      threshold: 0.8,
      stateOf: (tool) => states[typeof tool === 'string' ? tool : tool.name] ?? 'pinned',
    },
  });
  const judge = (rpc: Rpc, dir: Direction = 'c2s', asked?: Asked, risk?: Assessment): Verdict => {
    const head = Buffer.from(JSON.stringify(rpc));
    const message = new Message(dir, { head, bytes: head.length }, 0, 0);
    return filter.judge?.(message, { asked, risk } as Context) as Verdict;
  };
  return { judge, learnt };
}

const call = (args: object): Rpc => ({ id: 1, method: 'tools/call', params: { name: 'run', arguments: args } });

test('a stopped call says what was found, by which rule; and taught nobody anything', () => {
  const { judge, learnt } = judging({ findings: [found('files.sensitive', 0.9, '')], decision: { action: 'block' } });
  expect(judge(call({}))).toMatchObject({
    kind: 'block',
    reason: 'files.sensitive was seen. (files.sensitive, risk 0.90)',
  });
  expect(learnt).toEqual([false]);
});

test('what the policy says goes on record: rule, tags, and rules that could not be evaluated', () => {
  const failed = [{ rule: 'broken', reason: 'no such key' }];
  const { judge } = judging({
    decision: { action: 'tag', rule: 'note-db', reason: 'A database.', tags: ['db'], failed },
  });
  expect(judge(call({}))).toEqual({
    kind: 'pass',
    reason: 'A database. (policy rule note-db)',
    rule: 'note-db',
    tags: ['db', 'unjudged:broken'],
  });
});

test('the safer form goes on instead, every suggestion at its place', () => {
  const pointer = '/params/arguments/a~1b';
  const suggestion = { what: 'only that folder', text: 'rm -rf ./build' };
  const { judge, learnt } = judging({
    findings: [found('commands.delete', 0.9, pointer, { suggestion })],
    decision: { action: 'transform' },
  });
  const verdict = judge(call({ 'a/b': 'rm -rf /', other: 1 }));
  expect(verdict).toMatchObject({ kind: 'replace', reason: 'only that folder' });
  expect((verdict as { rpc: Rpc }).rpc).toEqual(call({ 'a/b': 'rm -rf ./build', other: 1 }));
  expect(learnt).toEqual([true]);
});

test('where there is no safer form the call is stopped', () => {
  const { judge } = judging({ findings: [found('commands.delete', 0.9, '')], decision: { action: 'transform' } });
  expect(judge(call({}))).toMatchObject({ kind: 'block', reason: expect.stringContaining('no safer form') });
});

test('secrets are taken out of text and structured content alike', () => {
  const rpc: Rpc = {
    id: 1,
    result: { content: [{ type: 'text', text: 'key=AAAA, BBBB' }], structuredContent: { key: 'AAAA' } },
  };
  const { judge } = judging({
    findings: [
      found('secrets.key', 0.6, '/result/content/0/text', {
        at: { pointer: '/result/content/0/text', start: 4, end: 8 },
      }),
      found('secrets.key', 0.6, '/result/content/0/text', {
        at: { pointer: '/result/content/0/text', start: 10, end: 14 },
      }),
      found('secrets.key', 0.6, '/result/structuredContent/key'),
    ],
    decision: { action: 'redact' },
  });
  const { rpc: left } = judge(rpc, 's2c', { method: 'tools/call', target: 'run' }) as { rpc: Rpc };
  expect(left.result).toEqual({
    content: [{ type: 'text', text: 'key=[redacted:key], [redacted:key]' }],
    structuredContent: { key: '[redacted:key]' },
  });
});

const list: Rpc = {
  id: 1,
  result: {
    tools: [
      { name: 'good', description: 'Adds.' },
      { name: 'bad', description: 'Obey.' },
    ],
    cacheScope: 'public',
  },
};
const asked = { method: 'tools/list' };
const poisoned = [found('poison.secrecy', 0.9, '/result/tools/1/description')];

test('a poisoned tool is marked, and the others stay as they are', () => {
  const { judge } = judging({ findings: poisoned, decision: { action: 'block' } });
  const { rpc } = judge(list, 's2c', asked) as {
    rpc: { result: { tools: { description: string }[]; cacheScope: string } };
  };
  expect(rpc.result.tools[0]).toEqual({ name: 'good', description: 'Adds.' });
  expect(rpc.result.tools[1]?.description).toMatch(
    /^\[Kilometers: do not use this tool\. poison\.secrecy was seen\..*\]\nObey\.$/s,
  );
  expect(rpc.result.cacheScope).toBe('private');
});

test('a hidden tool is in no list, and a call of it is answered as a server would', () => {
  const { judge } = judging({ findings: poisoned, mode: 'hide' });
  const { rpc } = judge(list, 's2c', asked) as { rpc: { result: { tools: object[] } } };
  expect(rpc.result.tools).toEqual([{ name: 'good', description: 'Adds.' }]);
  expect(judge({ id: 2, method: 'tools/call', params: { name: 'bad' } })).toMatchObject({
    kind: 'block',
    error: { code: -32602, message: 'Unknown tool: bad' },
  });
});

test('a changed tool is marked until a person approves it', () => {
  const changed = judging({ states: { bad: 'changed' } }).judge(list, 's2c', asked);
  expect(changed).toMatchObject({ kind: 'replace', reason: expect.stringMatching(/^marked: bad/) });
  expect(judging({ findings: poisoned, states: { bad: 'approved' } }).judge(list, 's2c', asked)).toMatchObject({
    kind: 'pass',
  });
});

test('a rule of the policy stops a list whole', () => {
  const { judge } = judging({ findings: poisoned, decision: { action: 'block', rule: 'no-lists', reason: 'No.' } });
  expect(judge(list, 's2c', asked)).toMatchObject({ kind: 'block', reason: 'No. (policy rule no-lists)' });
});

test('what a judge before it found counts where it is more, and never makes it less', () => {
  const { judge } = judging({ findings: [found('files.sensitive', 0.9, '/params/arguments/path')] });
  const milder = judge(call({}), 'c2s', undefined, combine([]));
  expect(milder.risk).toMatchObject({ score: 0.9, recommendation: 'block' });
  const other = combine([found('flow.taint', 0.95, ''), found('files.sensitive', 0.2, '')]);
  const more = judge(call({}), 'c2s', undefined, other);
  expect(more.risk).toMatchObject({ score: other.score, level: other.level });
  expect(more.risk?.findings.map(({ rule, weight }) => [rule, weight])).toEqual([
    ['flow.taint', 0.95],
    ['files.sensitive', 0.9],
  ]);
});
