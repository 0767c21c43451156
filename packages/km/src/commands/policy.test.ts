import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { chain, temporaryFolder, text } from '../../test/chain.ts';
import { runKm } from '../../test/run-km.ts';

/** A home with a user's policy, and what km says there. */
function home(policy?: string) {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'config'));
  const file = path.join(folder, 'config', 'policy.yaml');
  if (policy !== undefined) writeFileSync(file, policy);
  return { folder, file, km: (...args: string[]) => runKm(args, folder, '', folder) };
}

const policyOf = (rules: string, tests = ''): string => `version: 1\norder: first-match\nrules:\n${rules}${tests}`;
const noDrop = `  - { name: no-drop, when: 'args.sql.contains("DROP")', action: block, reason: No drops. }\n`;

test('the policy that init writes is right, its tests hold, and it is not written over', async () => {
  for (const options of [[], ['--project']]) {
    const { folder, km } = home();
    expect(await km('policy', 'init', ...options)).toMatchObject({ status: 0 });
    const file = path.join(folder, options.length === 0 ? 'config/policy.yaml' : '.km/policy.yaml');
    const checked = await km('policy', 'check');
    expect(checked).toMatchObject({ status: 0, out: `${file}: 2 rules, 2 of 2 tests hold\n` });
    const before = readFileSync(file, 'utf8');
    expect(await km('policy', 'init', ...options)).toMatchObject({
      status: 2,
      err: expect.stringMatching(/policy.exists/),
    });
    expect(readFileSync(file, 'utf8')).toBe(before);
  }
});

test('check names every mistake by file, line and column, and ends with status 3', async () => {
  const { file, km } = home(policyOf(`  - { name: a, when: mehtod == "x", acton: block }\n`));
  const { status, out } = await km('policy', 'check');
  expect([status, out.split('\n')]).toEqual([
    3,
    [
      `${file}:4:5: \`rules[1].action\` is missing; it wants one of allow, tag, redact, transform, ask, block`,
      `${file}:4:37: there is no key \`acton\`; did you mean \`action\`?`,
      '',
    ],
  ]);
});

test('a test of a policy that does not hold ends check with status 6, and says what came instead', async () => {
  const failing = `tests:\n  - { name: reads pass, message: { method: tools/call, params: { name: q, arguments: { sql: DROP } } }, expect: allow }\n`;
  const { file, km } = home(policyOf(noDrop, failing));
  expect(await km('policy', 'check')).toMatchObject({
    status: 6,
    out: `${file}: 1 rule, 0 of 1 tests hold\n  fails: reads pass: expected allow, got block by no-drop\n`,
    err: expect.stringMatching(/policy\.tests-failed/),
  });
  const { out } = await km('policy', 'check', '--json');
  expect(JSON.parse(out).files[0].tests[0]).toMatchObject({ passed: false, got: { action: 'block', rule: 'no-drop' } });
});

test('show prints what holds, of user and project, and who wrote it', async () => {
  const { folder, km } = home(policyOf(noDrop));
  mkdirSync(path.join(folder, '.km'));
  writeFileSync(path.join(folder, '.km/policy.yaml'), `preset: strict\n${policyOf(noDrop)}`);
  const { out } = await km('policy', 'show', '--json');
  expect(JSON.parse(out)).toMatchObject({
    ...{ preset: 'strict', threshold: 0.8, onFailure: 'block' },
    rules: [
      { origin: 'user', name: 'no-drop' },
      { origin: 'project', name: 'project/no-drop' },
    ],
  });
});

const call = (id: number, sql: unknown) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'q', arguments: { sql } },
});

/** A log of a few calls: one drops, one reads, one has a list where a text is expected, one was kept in part. */
function recorded(folder: string): string {
  const run = chain('r');
  // With what was thought of it then: the engine of today has no say in these tests.
  const head = { kind: 'request', dir: 'c2s', method: 'tools/call', tool: 'q', server: 'db', risk: 0 } as const;
  const lines = [
    run.add({ kind: 'session', info: { command: ['db-server', 'x'], tags: { team: 'a' } } }),
    run.add({ ...head, id: 1, message: call(1, 'DROP TABLE x') }),
    run.add({ ...head, id: 2, message: call(2, 'SELECT 1') }),
    run.add({ ...head, id: 3, message: call(3, ['DROP']) }),
    run.add({ ...head, id: 4, truncated: true, raw: '{"jsonrpc":"2.0","id":4,' }),
    run.add({
      kind: 'response',
      dir: 's2c',
      method: 'tools/call',
      tool: 'q',
      server: 'db',
      id: 2,
      message: { jsonrpc: '2.0', id: 2, result: {} },
    }),
  ];
  const file = path.join(folder, 'mcp_proxy.log');
  writeFileSync(file, text(lines));
  return file;
}

test('test puts the log before a policy and shows what would have been stopped, and by which rule', async () => {
  const { folder, km } = home(policyOf(noDrop));
  recorded(folder);
  const { status, out } = await km('policy', 'test');
  expect(status).toBe(0);
  expect(out).toMatch(/block {6}no-drop {2}db tools\/call q seq 2 \(then forwarded\)\n {4}No drops\.\n/);
  expect(out).toMatch(/unjudged: no-drop: no such overload|unjudged: no-drop: found no matching overload/);
  expect(out).toMatch(/4 messages: allow 3, block 1\n/);
  expect(out).toMatch(/1 messages are on record in part only/);
});

test('test sees what the session record says, and whose answer a response is', async () => {
  const rules = `  - { name: team, when: 'session.tags.team == "a" && server.command.startsWith("db-server") && kind == "response" && tool.name == "q"', action: ask }\n`;
  const { folder, km } = home(policyOf(rules));
  recorded(folder);
  const { out } = await km('policy', 'test', '--json');
  expect(JSON.parse(out.trimEnd().split('\n').at(-1) as string).summary).toMatchObject({
    ...{ messages: 4, notWhole: 1, unjudged: 0, rules: { 'ask team': 1 }, tools: { 'ask q': 1 } },
    actions: { allow: 3, ask: 1, block: 0 },
  });
});

test('by labels of the author test counts what is missed and what is stopped by mistake', async () => {
  const { folder, km } = home(policyOf(noDrop));
  const log = recorded(folder);
  const { run } = JSON.parse(readFileSync(log, 'utf8').split('\n')[0] as string);
  const labels = [
    [2, 'ok'],
    [3, 'ok'],
    [4, 'bad'],
  ].map(([seq, label]) => JSON.stringify({ run, seq, label }));
  writeFileSync(path.join(folder, 'labels.jsonl'), `${labels.join('\n')}\n`);
  const { out } = await km('policy', 'test', '--labels', 'labels.jsonl');
  expect(out).toMatch(/by the labels: 0 caught, 1 missed, 1 stopped by mistake, 1 rightly let pass\n/);
  writeFileSync(path.join(folder, 'labels.jsonl'), `${labels[0]}\n{"run":1}\n`);
  expect(await km('policy', 'test', '--labels', 'labels.jsonl')).toMatchObject({
    ...{ status: 2, err: expect.stringMatching(/labels\.jsonl:2 is no label/) },
  });
});

test('test takes the verdict that is on record rather than a new one', async () => {
  const { folder, km } = home();
  const run = chain('r');
  const finding = { rule: 'x.y', owasp: 'MCP05:2025', weight: 0.95, reason: 'Seen then.', evidence: '', at: {} };
  writeFileSync(
    path.join(folder, 'mcp_proxy.log'),
    text([
      run.add({
        kind: 'request',
        dir: 'c2s',
        method: 'tools/call',
        tool: 'q',
        id: 1,
        risk: 0.95,
        findings: [finding],
        message: call(1, 'x'),
      }),
    ]),
  );
  expect((await km('policy', 'test')).out).toMatch(/block {6}preset .*\n {4}Seen then\.\n/);
});
