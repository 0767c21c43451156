import { KmError } from '@kilometers/core/errors.ts';
import { visible } from '../log/table.ts';
import { type RunReport, type Verification, verifyLog } from '../log/verify.ts';
import type { Command } from './command.ts';
import { fileOption, logFile, skippedNote } from './log-options.ts';
import { Output } from './output.ts';

const limits = [
  'No seal backs these chains. A changed, added or removed record shows; a chain that was rewritten whole,',
  'a run that was removed whole, or the last records of a run without an end would go unseen.',
].join('\n');

export const logsVerify: Command = {
  name: 'logs verify',
  summary: 'Check that nobody changed the record',
  usage: '[options]',
  options: {
    json: { type: 'boolean', help: 'Print one JSON object, with every run' },
    ...fileOption,
  },
  examples: ['km logs verify', `km logs verify --json | jq '.runs[] | select(.state == "broken")'`],
  async run(invocation) {
    const file = logFile(invocation);
    const verification = await verifyLog(file);
    const output = new Output(process.stdout);
    output.text(invocation.options.json === true ? json(verification) : report(verification));
    await output.flush();
    const broken = verification.runs.filter(({ state }) => state === 'broken').length;
    if (broken === 0) return 0;
    throw new KmError('log.tampered', `${runs(broken)} of ${file} ${broken === 1 ? 'does' : 'do'} not hold.`);
  },
};

function json({ runs, records, skipped }: Verification): string {
  return `${JSON.stringify({ records, runs, skipped, sealed: false }, undefined, 2)}\n`;
}

function report(verification: Verification): string {
  const { records, skipped } = verification;
  const note = skippedNote(skipped);
  const lines = [
    `${records} records of ${runs(verification.runs.length)} read.`,
    ...states(verification),
    note,
    limits,
  ];
  return `${lines.filter((line) => line !== undefined && line !== '').join('\n')}\n`;
}

function states({ runs: all }: Verification): string[] {
  const count = (fits: (run: RunReport) => boolean): number => all.filter(fits).length;
  const figures: readonly (readonly [number, string])[] = [
    [count(({ state }) => state === 'ok'), 'whole, up to the end of the run'],
    [count(({ state }) => state === 'open'), 'whole so far: still running, or killed'],
    [count(({ trimmed }) => trimmed), 'without a beginning that retention or km clear-logs dropped, as declared'],
    [count(({ lost }) => lost > 0), 'with messages lost when the log could not be written, as declared'],
    [count(({ state }) => state === 'broken'), 'broken'],
  ];
  const lines = figures
    .filter(([number]) => number > 0)
    .map(([number, text]) => `${String(number).padStart(8)}  ${text}`);
  return [...lines, ...all.filter(({ state }) => state === 'broken').map(brokenRun)];
}

function brokenRun({ run, session, server, faults }: RunReport): string {
  const name = visible([run, server, session === run ? '' : session].filter((part) => part !== '').join('  '));
  const places = faults.map(({ segment, line, seq, what }) => `  ${segment}:${line} (seq ${seq})  ${what}`);
  return [`\nbroken  ${name}`, ...places, ''].join('\n');
}

function runs(count: number): string {
  return `${count} ${count === 1 ? 'run' : 'runs'}`;
}
