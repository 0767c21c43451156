import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { sampleProcess, samplePs, sampleSelf } from './sample.ts';
import { watchResources } from './watch-resources.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.stdin?.end(); // Each ends when its input does.
});

const busy = 'while (process.cpuUsage().user < 3e5); console.log("done"); process.stdin.resume();';

/** Says `done` once it has used 300 ms of CPU. */
async function start(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(child);
  await once(child.stdout, 'data');
  return child.pid as number; // Has spoken, so it was started.
}

test.skipIf(process.platform === 'win32')('a child counts with what it started through a shell', async () => {
  const pid = await start('sh', ['-c', `"${process.execPath}" -e '${busy}'; true`]);
  const usage = await sampleProcess(pid);
  expect(usage?.cpu_ms).toBeGreaterThanOrEqual(250);
  expect(usage?.rss).toBeGreaterThan(20_000_000);
  // Not its time: ps tells that in whole seconds on some systems.
  expect((await samplePs(pid))?.rss).toBeGreaterThan(20_000_000);
});

test('a process that is gone has no usage', async () => {
  expect(await sampleProcess(2 ** 30)).toBeUndefined();
});

test('km knows what it uses itself', async () => {
  const { cpu_ms, rss, fds } = await sampleSelf();
  expect([cpu_ms > 0, rss > 1_000_000, process.platform === 'win32' || (fds ?? 0) > 3]).toEqual([true, true, true]);
});

test('samples come after each interval until it is stopped, and out of turn', async () => {
  const samples: unknown[] = [];
  let heard: () => void = () => {};
  let due: () => void = () => {};
  const watch = watchResources({
    intervalSeconds: 60,
    pid: process.pid,
    onSample(sample) {
      samples.push(sample);
      heard();
    },
    after(ms, then) {
      expect(ms).toBe(60_000);
      due = then;
      return () => {
        due = () => {};
      };
    },
  });
  const first = new Promise<void>((resolve) => {
    heard = resolve;
  });
  due();
  await first;
  await watch.sampleNow();
  expect(samples).toHaveLength(2);
  watch.stop();
  due();
  await watch.sampleNow();
  expect(samples).toHaveLength(2);
});

test('an interval of 0 is never', () => {
  const asked: number[] = [];
  const watch = watchResources({
    intervalSeconds: 0,
    pid: process.pid,
    onSample() {},
    after(ms) {
      asked.push(ms);
      return () => {};
    },
  });
  watch.stop();
  expect(asked).toEqual([]);
});

test('waiting for the next sample keeps no process alive', async () => {
  const file = new URL('../after.ts', import.meta.url).href;
  const child = spawn(process.execPath, [
    '--import',
    'tsx',
    '-e',
    `import('${file}').then((m) => m.afterUnref(6e5, () => {}))`,
  ]);
  expect(await once(child, 'exit')).toEqual([0, null]);
});
