import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { initialize, request } from '../e2e/rpc.ts';
import { logLines, monitor, testServer } from '../e2e/start-km.ts';
import { suspectLines } from '../e2e/suspect-lines.ts';

const jq = (filter: string, input: string) =>
  execFileSync('jq', ['-r', filter], { input, encoding: 'utf8', maxBuffer: 1 << 28 })
    .trimEnd()
    .split('\n');

const statements = 'select(.timestamp) | "\\(.timestamp) [\\(.level)] \\(.message)"';

test.each([
  { what: 'a run that goes well', command: testServer('echoes'), atLeast: 0 },
  { what: 'a program that does not exist', command: ['no-such-program'], atLeast: 1 },
  { what: 'a program that may not be executed', command: ['/etc/passwd'], atLeast: 1 },
  { what: 'a log on a full disk', command: testServer('echoes'), options: ['--log-file', '/dev/full'], atLeast: 1 },
  { what: 'an unknown option', command: testServer('echoes'), options: ['--no-such-option'], atLeast: 1 },
])('jq reads what km says on stderr: $what', async ({ command, options = [], atLeast }) => {
  const run = monitor(command, { options });
  run.finish(initialize() + request(1, 'tools/list'));
  await run.status;
  const said = jq(statements, run.err.text).filter((text) => text !== '');
  expect(said.length).toBeGreaterThanOrEqual(atLeast);
  for (const text of said) expect(text).toMatch(/^\d{4}-\d\d-\d\dT\S+Z \[\w+\] ./);
});

test('jq reads a log of messages that try to break it', async () => {
  const run = monitor(testServer('echoes'));
  const input = Buffer.concat(suspectLines.map(({ bytes }) => Buffer.concat([bytes, Buffer.from('\n')])));
  run.finish(Buffer.concat([Buffer.from(initialize()), input, Buffer.of(0, 1, 0xc3, 0x28)]));
  expect(await run.status).toBe(0);
  const lines = logLines(run.home);
  const kinds = jq('.kind', lines.join('\n'));
  expect(kinds).toHaveLength(lines.length);
  expect(kinds.filter((kind) => kind === 'opaque').length).toBeGreaterThanOrEqual(2 * suspectLines.length);
});
