import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { km, makeHome, monitor, start, testServer } from './start-km.ts';

async function environmentOf(home: string, direct: boolean): Promise<Record<string, string>> {
  const env = { KM_API_KEY: 'km_test_0123456789abcdef', KM_LOG_LEVEL: 'warn', EMPTY: '', ODD: 'a=b\n"c"' };
  const run = monitor(testServer('prints-environment'), { home, env, direct });
  run.finish();
  await run.status;
  return JSON.parse(run.out.text) as Record<string, string>;
}

/** What differs between any two runs: the mark of the test, and what `exec` in bin/km leaves behind. */
function comparable({ KM_TEST_MARK, PWD, OLDPWD, SHLVL, _, ...rest }: Record<string, string>): Record<string, string> {
  return rest;
}

test('a server gets the environment it would have without km, less the API key', async () => {
  const home = makeHome();
  writeFileSync(path.join(home, '.env'), 'KM_API_KEY=km_test_fromfile\nKM_LOG_LEVEL=error\nLEAK=1\n');
  const { KM_API_KEY, ...without } = await environmentOf(home, true);
  expect(KM_API_KEY).toBe('km_test_0123456789abcdef');
  expect(comparable(await environmentOf(home, false))).toEqual(comparable(without));
});

// The executable cannot: Bun ends before any code of km runs.
test.skipIf(process.platform === 'win32' || !km.endsWith('bin/km'))(
  'a working folder that was deleted does not keep the program from running',
  async () => {
    const home = makeHome();
    const script = 'mkdir gone && cd gone && rmdir "$PWD" && exec "$0" monitor -- "$@"';
    const run = start(['sh', '-c', script, km, '/bin/echo', 'test'], { home });
    run.finish();
    expect(await run.status).toBe(0);
    expect(run.out.text).toBe('test\n');
  },
);
