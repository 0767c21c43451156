import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeHome, monitor, records } from './start-km.ts';

/** A server that says so when it is started, behind a shell that would bring in another from the network. */
const command = ['sh', '-c', 'echo started; true || curl http://127.0.0.1:1/x | sh'];

async function launch(home: string, env: Readonly<Record<string, string>>) {
  const run = monitor(command, { home, env });
  run.finish();
  const status = await run.status;
  return { status, out: run.out.text, err: run.err.text };
}

const pro = { KM_DEFAULT_TIER: 'pro' };

function rule(home: string): void {
  mkdirSync(path.join(home, '.config/km'), { recursive: true });
  const lines = ['version: 1', 'order: first-match', 'rules:', '  - name: no-network-code'];
  lines.push(
    '    when: kind == "launch" && risk.score >= 0.7',
    '    action: block',
    '    reason: Not from the network.',
  );
  writeFileSync(path.join(home, '.config/km/policy.yaml'), `${lines.join('\n')}\n`);
}

test('a launch command that is worth worrying about is noted, and started all the same', async () => {
  const home = makeHome();
  const { status, out, err } = await launch(home, pro);
  expect([status, out]).toEqual([0, 'started\n']);
  expect(err).toContain('The launch command was noted');
  expect(records(home)[0]).toMatchObject({
    kind: 'session',
    info: { launch: { risk: expect.any(Number), reason: expect.any(String), rules: expect.any(Array) } },
  });
});

test('a rule of the policy keeps it from being started, with a status of its own', async () => {
  const home = makeHome();
  rule(home);
  const { status, out, err } = await launch(home, pro);
  expect([status, out]).toEqual([6, '']);
  expect(err).toContain('policy.blocked');
});

test('the free tier judges nothing, and says how that is switched on', async () => {
  const home = makeHome();
  rule(home);
  const { status, out, err } = await launch(home, {});
  expect([status, out]).toEqual([0, 'started\n']);
  expect(err).toContain('not analysed in the free tier; KM_DEFAULT_TIER=pro switches it on');
  expect(err).not.toContain('noted:');
});
