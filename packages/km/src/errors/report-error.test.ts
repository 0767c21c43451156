import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { KmError } from '@kilometers/core/errors.ts';
import { expect, test } from 'vitest';
import { reportError } from './report-error.ts';
import { because, describeCause, fixOf } from './system-error.ts';

const plain = { json: false, backtrace: false, time: 0 };

/** A real error of the operating system. */
function failure(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
}

test('an error is three lines: what failed, the cause, what to do', () => {
  const cause = failure(() => readFileSync(tmpdir()));
  expect(reportError(new KmError('config.unreadable', 'No config.', because(cause)), plain)).toEqual({
    exit: 3,
    text: 'error: No config. [config.unreadable]\ncause: it is a folder, and a file is wanted (EISDIR)\nfix: Move the folder away.\n',
  });
});

test('as JSON it is one line with the head of every line and its own fields', () => {
  const { text } = reportError(new KmError('usage.bad-value', 'No.', { cause: new Error('why') }), {
    ...plain,
    json: true,
  });
  expect([text.indexOf('\n'), JSON.parse(text)]).toEqual([
    text.length - 1,
    {
      timestamp: '1970-01-01T00:00:00.000Z',
      level: 'error',
      target: 'km',
      message: 'No.',
      error: 'No.',
      cause: 'why',
      fix: 'Run the command with `--help` for what it takes.',
      code: 'usage.bad-value',
      doc: 'docs/reference/errors.md#usage.bad-value',
    },
  ]);
});

test('what nobody foresaw is a bug of km, without a stack', () => {
  const { text, exit } = reportError(new TypeError('x is not a function'), plain);
  expect([exit, text.split('\n')[0], text.includes('    at ')]).toEqual([
    1,
    'error: km came upon something that it does not expect. [internal.bug]',
    false,
  ]);
  expect(text).toContain('cause: x is not a function\n');
  expect(reportError('thrown text', plain).text).toContain('cause: thrown text\n');
});

test('KM_BACKTRACE shows where it happened, down to the cause', () => {
  const error = new KmError('internal.bug', 'a', { cause: new Error('b') });
  const { text } = reportError(error, { ...plain, backtrace: true });
  expect(text.match(/^\s+at /gm)?.length).toBeGreaterThan(1);
  expect(text).toContain('caused by Error: b');
});

test.runIf(process.platform === 'linux')('a full disk is recognised', () => {
  const fd = openSync('/dev/full', 'w');
  const error = failure(() => writeSync(fd, 'x'));
  closeSync(fd);
  expect([describeCause(error), fixOf(error)]).toEqual(['the disk is full (ENOSPC)', 'Free some space and try again.']);
});

test('only errors of the operating system are put into other words', () => {
  const folder = mkdtempSync(`${tmpdir()}/km-report-`);
  rmSync(folder, { recursive: true });
  expect(describeCause(failure(() => openSync(folder, 'r')))).toBe('there is no such file or folder (ENOENT)');
  expect(describeCause(Object.assign(new Error('not a file at all'), { code: 'ENOENT' }))).toBe('not a file at all');
});
