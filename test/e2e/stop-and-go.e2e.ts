import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { initialize } from './rpc.ts';
import { monitor, testServer } from './start-km.ts';

/** The letter that the system has for what a process does: T is stopped. */
const stateOf = (pid: number) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];

const becomes = (pid: number, state: RegExp) =>
  vi.waitFor(() => expect(stateOf(pid)).toMatch(state), { timeout: 2_000, interval: 10 });

test.runIf(process.platform === 'linux')('Ctrl-Z stops km and its server, and both go on together', async () => {
  const run = monitor(['sh', '-c', 'echo $$; exec "$0" "$@"', ...testServer('echoes')]);
  await run.out.has('\n');
  const server = Number(run.out.take().toString());
  run.child.kill('SIGTSTP');
  await becomes(run.child.pid as number, /T/);
  await becomes(server, /T/);
  run.child.kill('SIGCONT');
  await becomes(server, /[RSD]/);
  run.finish(initialize());
  expect(await run.status).toBe(0);
  expect(run.out.text).toBe(initialize());
});
