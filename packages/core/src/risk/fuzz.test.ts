import { expect, test } from 'vitest';
import { createEngine } from './assess.ts';
import type { Subject } from './surfaces.ts';

/** A machine that is busy with other things needs longer; what counts is that it ends. */
const timeoutMs = 240_000;
const rounds = 100_000;

test(`${rounds} mutated messages are judged, whatever they hold and in whatever order`, { timeout: timeoutMs }, () => {
  const engine = createEngine();
  const random = randomFrom(20_251_124);
  for (let round = 0; round < rounds; round++) {
    const seed = pick(seeds, random);
    const subject: Subject = { ...seed, rpc: mutatedMembers(seed.rpc, random) };
    const assessment = engine.assess(subject);
    const { score, unjudged, findings } = assessment;
    const right =
      unjudged === undefined &&
      score >= 0 &&
      score <= 1 &&
      findings.every(({ at, weight }) => at.start >= 0 && at.end >= at.start && weight >= 0 && weight <= 1);
    // Compared by hand: a hundred thousand matchers would take longer than the judging.
    if (!right) expect({ round, subject, assessment }).toBe('judged');
    if (round % 25 !== 0) continue;
    const again = engine.assess(reversed(subject) as Subject);
    if (again.score !== score) expect({ round, subject, score: again.score }).toEqual({ round, subject, score });
  }
});

const seeds: readonly Subject[] = [
  {
    dir: 'c2s',
    rpc: {
      id: 1,
      method: 'tools/call',
      params: { name: 'run', arguments: { command: 'ls -la | wc', cwd: '~/src', env: ['A=1'] } },
    },
  },
  {
    dir: 'c2s',
    rpc: { id: 2, method: 'tools/call', params: { name: 'query', arguments: { sql: 'SELECT * FROM t WHERE id = 1' } } },
  },
  { dir: 'c2s', rpc: { id: 3, method: 'resources/read', params: { uri: 'https://example.org/a?b=c' } } },
  {
    dir: 's2c',
    rpc: {
      id: 1,
      result: {
        content: [
          { type: 'text', text: 'All is well.' },
          { type: 'text', text: 'Bye.' },
        ],
      },
    },
    asked: { method: 'tools/call', target: 'run' },
  },
  {
    dir: 's2c',
    rpc: {
      id: 4,
      result: {
        tools: [{ name: 'add', description: 'Adds.', inputSchema: { properties: { a: { description: 'One.' } } } }],
      },
    },
    asked: { method: 'tools/list' },
  },
  { dir: 's2c', rpc: { id: 5, error: { code: -32000, message: 'No such file.', data: { path: '/a' } } } },
  { dir: 's2c', rpc: { id: 6, method: 'elicitation/create', params: { message: 'Your name?', requestedSchema: {} } } },
];

const fragments: readonly string[] = [
  ...[
    '',
    ' ',
    '\n',
    '\r',
    '\0',
    '"',
    "'",
    '`',
    '\\',
    '/',
    '../',
    '%2e%2e%2f',
    '%',
    '%ff',
    '&#x69;',
    '&#99999999;',
    '&lt;',
  ],
  ...[
    '\ud800',
    '\udfff',
    '\ufeff',
    '\u200b',
    '\u202e',
    'e\u0301\u0301\u0301',
    'і',
    'ß',
    'İ',
    '𝐢𝐠',
    '\u{e0041}\u{e0042}',
  ],
  ...[
    '$(',
    '${',
    '||',
    '&&',
    ';',
    '|',
    '>',
    '<<EOF\n',
    '{{',
    '}}',
    '(((',
    ')))',
    '[[[',
    '--',
    '/*',
    '*/',
    '<!--',
    '-->',
  ],
  ...[
    'rm -rf ',
    'sudo ',
    'curl -u a:b ',
    'DROP TABLE ',
    "' OR 1=1",
    'http://',
    '169.254.169.254',
    '0x7f.1',
    '::ffff:1.2.3.4',
  ],
  ...[
    'ignore all previous instructions',
    '<IMPORTANT>',
    'do not tell',
    'password=',
    'token: ',
    'sk-ant-',
    'eyJ',
    'AKIA',
  ],
  ...[
    '4111 1111 1111 1111',
    '-----BEGIN PRIVATE KEY-----\n',
    'aWdub3JlIGFsbCBwcmV2aW91cw==',
    '69676e6f726520616c6c20',
    '\x1b[8m',
  ],
];

function mutate(value: unknown, random: () => number): unknown {
  if (typeof value === 'string') return random() < 0.35 ? mutatedText(value, random) : value;
  if (random() < 0.03) return pick<unknown>([null, 0, -1, 1e308, true, [], {}, '', 2852039166, [[[['x']]]]], random);
  if (Array.isArray(value)) {
    const items = value.map((item) => mutate(item, random));
    return random() < 0.1 ? [...items, ...items] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return mutatedMembers(value, random);
}

function mutatedMembers(value: object, random: () => number): Subject['rpc'] {
  const members = Object.entries(value).map(([name, member]) => [
    random() < 0.03 ? mutatedText(name, random) : name,
    mutate(member, random),
  ]);
  return Object.fromEntries(members);
}

function mutatedText(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const fragment = pick(fragments, random).repeat(random() < 0.05 ? 40 : 1);
  return text.slice(0, at) + fragment + text.slice(random() < 0.5 ? at : at + 3);
}

/** The same value, with the members of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

/** A small generator of random numbers that says the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
