import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const subject = fileURLToPath(new URL('./reader-gone.ts', import.meta.url));

/** Says on stderr whether the reader of its stdout has gone: once at its start, once when its stdin ends. */
const asker = `
const { readerGone } = await import(${JSON.stringify(subject)});
const startedBy = process.ppid;
const say = () => process.stderr.write(JSON.stringify(readerGone(startedBy)) + '\\n');
say();
process.stdin.resume().on('end', say);
`;
const tsx = ['--import', 'tsx', '--input-type=module', '-e', asker];

async function said(process: ChildProcess): Promise<string> {
  const [text] = await once(process.stderr as NodeJS.ReadableStream, 'data');
  return String(text);
}

test.skipIf(process.platform === 'win32')(
  'a reader that lives has not gone, one that has closed its socket has',
  async () => {
    const child = spawn(process.execPath, tsx, { stdio: 'pipe' });
    expect(await said(child)).toBe('false\n');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    child.stdin.end();
    expect(await said(child)).toBe('true\n');
  },
);

test.skipIf(process.platform === 'win32')('the reader of a pipe has gone when the parent has', async () => {
  const script = `exec 3<&0; "$0" "$@" <&3 | cat & read -r line <&2`;
  const shell = spawn('/bin/sh', ['-c', script, process.execPath, ...tsx], { stdio: 'pipe' });
  expect(await said(shell)).toBe('false\n');
  shell.kill('SIGKILL');
  await once(shell, 'exit');
  shell.stdin.end();
  expect(await said(shell)).toBe('true\n');
});
