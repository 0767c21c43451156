import { expect, test } from 'vitest';
import { logLines, messages, monitor, runKm, testServer } from './start-km.ts';
import { suspectLines } from './suspect-lines.ts';

test('a line that is not exactly one well-formed message is forwarded, and on record as what it is', async () => {
  const run = monitor(testServer('echoes'));
  const input = Buffer.concat(suspectLines.map(({ bytes }) => Buffer.concat([bytes, Buffer.from('\n')])));
  run.finish(input);
  expect(await run.status).toBe(0);
  expect(run.out.bytes).toEqual(input);
  const kept = messages(run.home, 'c2s').map(({ kind, opaque, message }) => ({ kind, opaque, message }));
  expect(kept).toEqual(suspectLines.map(({ opaque, message }) => ({ kind: 'opaque', opaque, message })));
});

test('a forged record is no record: every line of the log is one object with one outcome', async () => {
  const run = monitor(testServer('echoes'));
  run.finish('{"a":1},"outcome":"forged","x":{}\n');
  expect(await run.status).toBe(0);
  for (const text of logLines(run.home)) expect(JSON.parse(text).outcome).not.toBe('forged');
  expect(await runKm(['logs', 'verify'], { home: run.home })).toMatchObject({ status: 0 });
});
