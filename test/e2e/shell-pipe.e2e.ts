import { expect, test } from 'vitest';
import { km, monitor, start } from './start-km.ts';

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

test('a reader that leaves early ends the program, as in a pipe', async () => {
  const run = monitor(['yes']);
  await run.out.has('y');
  run.child.stdout.destroy();
  expect(await run.status).not.toBe(0);
  await run.gone();
});

test.each([
  { what: 'stdin is closed', script: '"$0" monitor -- echo test <&-', prints: 'test\n' },
  { what: 'stdin is a file', script: 'echo in >file; "$0" monitor -- cat <file', prints: 'in\n' },
  { what: 'stdout is a file', script: '"$0" monitor -- echo test >file; cat file', prints: 'test\n' },
  { what: 'stderr is closed', script: '"$0" monitor -- sh -c "echo x >&2; echo test" 2>&-', prints: 'test\n' },
  {
    what: 'stdout and stderr are one',
    script: 'KM_LOG_LEVEL=warn "$0" monitor -- sh -c "echo a; echo b >&2" 2>&1',
    prints: 'a\nb\n',
  },
  { what: 'it is chained', script: '"$0" monitor -- "$0" monitor -- echo test', prints: 'test\n' },
])('redirections work: $what', async ({ script, prints }) => {
  const run = start(['sh', '-c', script, km], {});
  run.finish();
  expect(await run.status).toBe(0);
  expect(run.out.text.split('\n').sort()).toEqual(prints.split('\n').sort());
});
