import { setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { request } from './rpc.ts';
import { logLines, makeHome, monitor, runKm, testServer } from './start-km.ts';

const traffic = Array.from({ length: 5_000 }, (_, id) => request(id, 'tools/list', { cursor: 'x'.repeat(100) })).join(
  '',
);

test('km killed at any moment leaves a log of whole lines that verifies', async () => {
  const home = makeHome();
  for (let afterMs = 0; afterMs <= 120; afterMs += 20) {
    const run = monitor(testServer('echoes'), { home });
    run.child.stdin.write(traffic);
    await run.out.has('\n');
    // At least one is killed in the midst of writing.
    if (afterMs === 0) await vi.waitFor(() => expect(logLines(home).length).toBeGreaterThan(1), { timeout: 5_000 });
    // The moment is what is tried out here.
    await setTimeout(afterMs);
    run.child.kill('SIGKILL');
    await run.status;
  }
  expect(() => logLines(home).map((line) => JSON.parse(line))).not.toThrow();
  const { status, stdout } = await runKm(['logs', 'verify'], { home });
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('still running, or killed') });
});
