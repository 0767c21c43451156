import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { monitor, type Run } from './start-km.ts';

const total = 30_000_000;
/** More than any pipe holds, and less than comes without backpressure. */
const heldMax = 8_000_000;

/** Starts a shell script as server, and gives its pid, which the script tells on stderr. */
async function serve(script: string): Promise<{ run: Run; server: number }> {
  const run = monitor(['sh', '-c', `echo server $$. >&2; ${script}`]);
  run.child.stdout.pause();
  await run.err.has('.\n');
  return { run, server: Number(/server (\d+)\./.exec(run.err.text)?.[1]) };
}

/** Asks until the answer stays the same: nothing tells that bytes no longer flow. */
async function atRest(ask: () => number): Promise<number> {
  for (let before = Number.NaN; ; ) {
    const now = ask();
    if (now === before) return now;
    before = now;
    await setTimeout(250);
  }
}

const written = (pid: number) => Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);

describe.runIf(process.platform === 'linux')('who reads slowly holds up who writes, and loses nothing', () => {
  test('a client that does not read holds the server up', async () => {
    const { run, server } = await serve(`exec head -c ${total} /dev/zero`);
    expect(await atRest(() => written(server))).toBeLessThan(heldMax);
    run.child.stdout.resume();
    expect(await run.status).toBe(0);
    expect(run.out.length).toBe(total);
  });

  test('a server that does not read holds the client up', async () => {
    const { run, server } = await serve('kill -s STOP $$; exec wc -c');
    run.child.stdout.resume();
    let taken = 0;
    const megabyte = Buffer.alloc(1_000_000, 'x');
    for (let sent = 0; sent < total; sent += megabyte.length) {
      run.child.stdin.write(megabyte, () => {
        taken += megabyte.length;
      });
    }
    run.finish();
    expect(await atRest(() => taken)).toBeLessThan(heldMax);
    process.kill(server, 'SIGCONT');
    expect(await run.status).toBe(0);
    expect(run.out.text.trim()).toBe(String(total));
  });

  test('what a server said last reaches a client that reads it late', async () => {
    const { run, server } = await serve('exec head -c 1000000 /dev/zero');
    while (existsSync(`/proc/${server}`)) {
      run.child.stdout.resume();
      await once(run.child.stdout, 'data');
      run.child.stdout.pause();
      await atRest(() => run.out.length);
    }
    await setTimeout(400); // Longer than km listens for more after the server's end.
    run.child.stdout.resume();
    expect(await run.status).toBe(0);
    expect(run.out.length).toBe(1_000_000);
  });

  test('a client that does not read cannot keep km from ending when it is told to', async () => {
    const { run, server } = await serve('exec head -c 1000000000 /dev/zero');
    await atRest(() => written(server));
    run.child.kill('SIGTERM');
    const [status, signal] = await once(run.child, 'exit');
    expect({ status, signal }).toEqual({ status: 143, signal: null });
  }, 10_000);
});
