import { expect, test } from 'vitest';
import { monitor } from './start-km.ts';

test('a program with which no JSON-RPC was spoken is waited for after the end of input', async () => {
  const run = monitor(['sh', '-c', 'sleep 3; echo done']);
  run.finish();
  expect(await run.status).toBe(0);
  expect(run.out.text).toBe('done\n');
});

test('a filter such as sort works in a pipe', async () => {
  const run = monitor(['sort']);
  run.finish('b\na\nc');
  expect(await run.status).toBe(0);
  expect(run.out.text).toBe('a\nb\nc\n');
});

test('the stderr of the program passes through', async () => {
  const run = monitor(['sh', '-c', 'echo heard >&2']);
  run.finish();
  await run.status;
  expect(run.err.text.split('\n')).toContain('heard');
});
