import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeHome, monitor, testServer } from './start-km.ts';

async function ends(command: readonly string[], home?: string) {
  const run = monitor(command, home === undefined ? {} : { home });
  run.finish();
  return { status: await run.status, stdout: run.out.text, stderr: run.err.text };
}

test('a program that is no MCP server prints what it prints without km', async () => {
  expect(await ends(['echo', 'test'])).toMatchObject({ status: 0, stdout: 'test\n' });
});

test.each([
  { what: 'its exit status', command: ['sh', '-c', 'exit 7'], status: 7 },
  { what: '128 + n when a signal ended it', command: ['sh', '-c', 'kill -9 $$'], status: 137 },
  { what: 'also SIGTERM', command: ['sh', '-c', 'kill -TERM $$'], status: 143 },
  { what: 'of a program that exits before it reads', command: testServer('exits-at-once', '5'), status: 5 },
])('the status of the program is the status of km: $what', async ({ command, status }) => {
  expect(await ends(command)).toMatchObject({ status, stdout: '' });
});

test('a program that does not exist ends with 127 and is named once', async () => {
  const { status, stderr } = await ends(['no-such-program']);
  expect(status).toBe(127);
  expect(stderr.match(/no-such-program/g)).not.toBeNull();
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('a program that may not be executed ends with 126', async () => {
  const home = makeHome();
  const file = path.join(home, 'plain-file');
  writeFileSync(file, 'text\n');
  chmodSync(file, 0o644);
  expect(await ends([file], home)).toMatchObject({ status: 126, stdout: '' });
});

test('everything after -- reaches the program verbatim', async () => {
  const args = ['--verbose', '--', '-h', '', 'two words', '$HOME', '"quoted"', "it's", '*', 'é'];
  const { stdout } = await ends([
    process.execPath,
    '-e',
    'console.log(JSON.stringify(process.argv.slice(1)))',
    '--',
    ...args,
  ]);
  expect(JSON.parse(stdout)).toEqual(args);
});

test('four megabytes are not cut when the program has already exited', async () => {
  const { stdout } = await ends([process.execPath, '-e', 'process.stdout.write("x".repeat(4 << 20))']);
  expect(stdout.length).toBe(4 << 20);
});
