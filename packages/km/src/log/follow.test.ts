import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { call, chain, temporaryFolder, text } from '../../test/chain.ts';
import { follow } from './follow.ts';
import { logPlaces, sealedPath } from './segments.ts';

/** Follows a log from its first record on; `until` is asked after each look. */
async function collect(file: string, until: (found: readonly string[]) => boolean): Promise<string[]> {
  const found: string[] = [];
  await follow(file, {
    reader: {
      onRecord: (line) =>
        void (line.text('kind') === 'session' || found.push(`${line.text('run')}:${line.number('seq')}`)),
      between: () => !until(found),
    },
    signal: new AbortController().signal,
    from: undefined,
    intervalMs: 20,
  });
  return found;
}

test('each record of two writers that rotate all the time is shown once', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  const program = fileURLToPath(new URL('../../test/writer-process.ts', import.meta.url));
  const writers = ['a', 'b'].map((run) =>
    spawn(process.execPath, ['--import', 'tsx', program, file, run, '3000', '100000'], { stdio: 'ignore' }),
  );
  // A record each, and the end.
  const found = await collect(file, ({ length }) => length >= 6_002);
  await Promise.all(writers.map((writer) => writer.exitCode ?? once(writer, 'exit')));
  const expected = ['a', 'b'].flatMap((run) => [
    ...Array.from({ length: 3_000 }, (_, index) => `${run}:${index + 1}`),
    `${run}:3000`,
  ]);
  expect(found.toSorted()).toEqual(expected.toSorted());
}, 60_000);

test('a log that is emptied in place is read from its new beginning', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  const run = chain('a');
  writeFileSync(file, text(Array.from({ length: 4 }, (_, index) => call(run, 2 * index + 1)).flat()));
  let isEmptied = false;
  const found = await collect(file, ({ length }) => {
    if (length === 8 && !isEmptied) {
      truncateSync(file);
      writeFileSync(file, text(call(run, 9)), { flag: 'a' });
      isEmptied = true;
    }
    return length === 10;
  });
  expect(found.slice(8)).toEqual(['a:9', 'a:10']);
});

test('a log that comes later, and a second one in its place, are found', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  const run = chain('a');
  const found = await collect(file, ({ length }) => {
    if (length === 0) writeFileSync(file, text(call(run, 1)));
    if (length === 2) {
      renameSync(file, `${file}.1`);
      writeFileSync(file, text(call(run, 3)));
    }
    return length === 4;
  });
  expect(found).toEqual(['a:1', 'a:2', 'a:3', 'a:4']);
});

test('nothing is missed when several segments are sealed and compressed between two looks', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  const run = chain('a');
  const seal = (second: number) => {
    const sealed = sealedPath(logPlaces(file), Date.UTC(2026, 10, 22, 0, 0, second), 'a');
    writeFileSync(`${sealed}.gz`, gzipSync(readFileSync(file)));
    rmSync(file);
  };
  const found = await collect(file, ({ length }) => {
    if (length === 0) writeFileSync(file, text(call(run, 1)));
    if (length === 2) {
      for (const seq of [3, 5]) {
        seal(seq);
        writeFileSync(file, text(call(run, seq)));
      }
      seal(7);
      writeFileSync(file, text(call(run, 7)));
    }
    return length >= 8;
  });
  expect(found).toEqual(Array.from({ length: 8 }, (_, index) => `a:${index + 1}`));
});
