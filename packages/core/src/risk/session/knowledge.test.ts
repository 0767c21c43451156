import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Machine } from '../../../test/conversation.ts';
import { createEngine } from '../assess.ts';
import type { Subject } from '../surfaces.ts';

const key = 'q8Zr2Lw9Xv4Tn7Bk1Hs6Yd3M';

test('the engine blocks a key that a call read and another one sends, whatever the servers', () => {
  const machine = new Machine();
  const [files, mail] = ['files', 'mail'].map((name) => createEngine({ knowledge: machine.talk(name).knowledge }));
  const say = (engine = files, subject: Subject) => {
    const assessment = engine?.assess(subject);
    if (assessment) engine?.learn(subject, assessment, true);
    return assessment?.recommendation;
  };
  const read = { name: 'read_file', arguments: { path: '/home/me/.ssh/id_ed25519' } };
  const send = { name: 'send_email', arguments: { to: 'me@home.example', body: `As asked: ${key}` } };
  say(files, { dir: 'c2s', rpc: { id: 1, method: 'tools/call', params: read } });
  const result = { content: [{ type: 'text', text: `-----BEGIN-----\n${key}\n` }] };
  say(files, { dir: 's2c', rpc: { id: 1, result }, asked: { method: 'tools/call', target: 'read_file' } });
  expect(say(mail, { dir: 'c2s', rpc: { id: 1, method: 'tools/call', params: send } })).toBe('block');
});

const names = fc.constantFrom(
  'read_file',
  'send_email',
  'fetch',
  '__proto__',
  'constructor',
  '',
  '\u202e',
  'x'.repeat(300),
);
const json = fc.jsonValue({ maxDepth: 4 });
const tool = fc.record({ name: fc.oneof(names, json), description: json, inputSchema: json, annotations: json });
const ids = fc.oneof(fc.integer(), fc.string(), fc.constant(null));
const call = fc.record({ name: names, arguments: json });
const subject: fc.Arbitrary<Subject> = fc.record({
  dir: fc.constantFrom('c2s', 's2c'),
  rpc: fc.oneof(
    fc.record({
      id: ids,
      method: fc.constantFrom('tools/call', 'resources/read', 'tools/list'),
      params: fc.oneof(call, json),
    }),
    fc.record({ id: ids, result: fc.oneof(fc.record({ tools: fc.array(tool) }), json) }),
    fc.record({ id: ids, error: json }),
  ),
});

test('no message makes it throw, and no verdict depends on the order of members', () => {
  fc.assert(
    fc.property(fc.array(subject, { maxLength: 8 }), (subjects) => {
      const [one, turned] = [new Machine(), new Machine()].map((machine) => machine.talk('files'));
      for (const said of subjects) {
        const found = one?.say(said).map(({ rule, weight }) => `${rule} ${weight}`);
        const other = turned?.say(turnedRound(said) as Subject).map(({ rule, weight }) => `${rule} ${weight}`);
        expect(new Set(other)).toEqual(new Set(found));
      }
    }),
    { numRuns: 500 },
  );
});

/** The same value, its members in the opposite order. */
function turnedRound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedRound);
  if (typeof value !== 'object' || value === null) return value;
  const turned = Object.entries(value)
    .reverse()
    .map(([name, member]) => [name, turnedRound(member)] as const);
  return Object.fromEntries(turned);
}
