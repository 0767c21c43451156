import { createInterface } from 'node:readline/promises';
import { loadConfig } from '../config/load.ts';
import { findPaths } from '../config/paths.ts';
import { forgetMarks } from '../knowledge/forget-marks.ts';
import { type Log, openLog } from '../log/append.ts';
import { type Cleared, clearLog } from '../log/clear.ts';
import { parseTime } from '../log/parse-time.ts';
import { listSegments } from '../log/segments.ts';
import { size } from '../log/table.ts';
import { newRunId } from '../proxy/run-id.ts';

import type { Command, Invocation } from './command.ts';
import { fetchSeal } from './fetch-seal.ts';
import { logFile, one, tell } from './log-options.ts';

export const clearLogs: Command = {
  name: 'clear-logs',
  summary: 'Remove what is on record',
  usage: '[options]',
  options: {
    'older-than': { type: 'string', value: 'WHEN', help: 'Only what is older: 12h, 7d, or than a date' },
    interactive: { type: 'boolean', short: 'i', help: 'Ask first' },
    json: { type: 'boolean', help: 'Print one JSON object' },
    file: { type: 'string', value: 'PATH', help: 'Clear this log instead of the default one' },
  },
  examples: ['km clear-logs --older-than 7d', 'km clear-logs --interactive'],
  async run(invocation) {
    const file = logFile(invocation);
    const age = one(invocation.options['older-than']);
    const before = age === undefined ? undefined : parseTime('older-than', age, Date.now());
    if (listSegments(file).length === 0) {
      await forget(invocation, before);
      return say(`There is no log at ${file}.\n`);
    }
    if (invocation.options.interactive === true && !(await isAgreed(file, before)))
      return say('Nothing was removed.\n');
    const cleared = await clear(invocation, file, before);
    await forget(invocation, before);
    return say(invocation.options.json === true ? `${JSON.stringify(cleared)}\n` : inWords(cleared));
  },
};

/** Writers are waited for as long. */
const sealWaitMs = 3_000;

/** Clears as a run of its own, so that what is gone is on record: `km logs verify` tells it from tampering. */
async function clear(invocation: Invocation, file: string, before: number | undefined): Promise<Cleared> {
  const run = newRunId(Date.now());
  const open = await opener(invocation, file, run);
  let log: Log | undefined;
  // Opened behind the seal: its own first record shall not be among those that go.
  const own = () => {
    log ??= open();
    return log;
  };
  const sealing = fetchSeal({ env: invocation.env, make: false, signal: AbortSignal.timeout(sealWaitMs) });
  try {
    const cleared = await clearLog({ file, before, run, trim: (trims) => own().trim(trims) });
    own().describe({ info: { command: 'clear-logs', ...cleared } });
    const seal = await sealing;
    if (seal) own().sealWith(seal);
    return cleared;
  } finally {
    await log?.close({ open: 0, exit: 0 });
  }
}

/** What was marked in messages goes with them: keyed hashes of values that came from a secret or untrusted source. */
async function forget(invocation: Invocation, before: number | undefined): Promise<void> {
  if (invocation.options.file !== undefined) return; // Another log is not what this machine's sessions learn from.
  const { env, cwd } = invocation;
  const { dataFolder } = findPaths({ env, cwd, platform: process.platform }, undefined);
  const onFault = (message: string) => tell(invocation, message);
  const options = { dataFolder, writer: 'clear-logs', now: Date.now, onFault };
  await forgetMarks(options, before ?? Date.now());
}

async function opener(invocation: Invocation, file: string, run: string): Promise<() => Log> {
  const { settings } = await loadConfig({ env: invocation.env, cwd: invocation.cwd });
  const { max_size, max_files, max_age, max_message } = settings.log;
  const parts = {
    ...{ file, run, session: run, server: 'km' },
    ...{ maxSize: max_size, maxFiles: max_files, maxAge: max_age, maxMessage: max_message },
    onFault: (message: string) => tell(invocation, message),
  };
  return () => openLog(parts);
}

/** Anything but a yes, the end of the input included, is a no. */
async function isAgreed(file: string, before: number | undefined): Promise<boolean> {
  const segments = listSegments(file);
  const bytes = size(segments.reduce((sum, segment) => sum + segment.size, 0));
  const what = before === undefined ? 'all records' : `the records before ${new Date(before).toISOString()}`;
  const lines = createInterface({ input: process.stdin });
  process.stderr.write(`Remove ${what} of ${file} (${segments.length} files, ${bytes})? [y/N] `);
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    return false;
  } finally {
    lines.close();
  }
}

function inWords({ records, segments, bytes, skipped }: Cleared): string {
  const files = segments === 1 ? '1 file' : `${segments} files`;
  const done = `Removed ${records} ${records === 1 ? 'record' : 'records'}, ${files} and ${size(bytes)}.\n`;
  const left = skipped.map(
    (name) => `Left ${name} as it is: a running km still writes to it. Try again in a moment.\n`,
  );
  return done + left.join('');
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
