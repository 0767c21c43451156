import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { km, makeHome, messages, start, testServer } from './start-km.ts';

const script = (ends: string) => ['sh', '-c', `exec "$0" monitor -- "$@" ${ends}`, km];

/** Runs a program under km with its ends as a shell makes them, to its end. */
async function runWith(ends: string, program: readonly string[], home = makeHome()) {
  const run = start([...script(ends), ...program], { home });
  run.finish();
  return { status: await run.status, out: run.out.text };
}

const says = ['sh', '-c', 'echo out; echo err >&2'];

describe.skipIf(process.platform === 'win32')('ends that a shell has closed or turned elsewhere', () => {
  test.each([
    ['stdin closed', '<&-', 'out\n'],
    ['stdin from nothing', '</dev/null', 'out\n'],
    ['stdin that cannot be read', '0>/dev/null', 'out\n'],
    ['stdout closed', '>&-', ''],
    ['stderr closed', '2>&-', 'out\n'],
    ['all three closed', '<&- >&- 2>&-', ''],
  ])('%s: the program runs to its end and is on record', async (_, ends, out) => {
    const home = makeHome();
    expect(await runWith(ends, says, home)).toEqual({ status: 0, out });
    expect(messages(home, 's2c')).toHaveLength(1);
  });

  test.runIf(existsSync('/dev/full')).each([
    ['stdout', '>/dev/full', ''],
    ['stderr', '2>/dev/full', 'out\n'],
  ])('%s that takes nothing: km ends all the same', async (_, ends, out) => {
    expect(await runWith(ends, says)).toEqual({ status: 0, out });
  });

  test('stdin from a file and stdout into one: what is in the file comes out', async () => {
    const home = makeHome();
    const text = 'one\r\ntwo'.repeat(10_000);
    writeFileSync(path.join(home, 'in'), text);
    await runWith('<in >out', testServer('echoes'), home);
    const read = start(['cat', 'out'], { home });
    await read.status;
    expect(read.out.text === text).toBe(true);
  });
});
