import { KmError } from '@kilometers/core/errors.ts';
import { visible } from '../log/table.ts';
import { type RunReport, type Verification, verifyLog } from '../log/verify.ts';
import type { Command } from './command.ts';
import { fetchSeal } from './fetch-seal.ts';
import { fileOption, logFile, skippedNote } from './log-options.ts';
import { Output } from './output.ts';

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
    let keyless = '';
    const onNone = (reason: string): void => {
      keyless = reason;
    };
    const verification = await verifyLog(file, await fetchSeal({ env: invocation.env, make: false, onNone }));
    const output = new Output(process.stdout);
    output.text(invocation.options.json === true ? json(verification) : report(verification, keyless));
    await output.flush();
    const broken = verification.runs.filter(({ state }) => state === 'broken').length;
    if (broken === 0) return 0;
    throw new KmError('log.tampered', `${runs(broken)} of ${file} ${broken === 1 ? 'does' : 'do'} not hold.`);
  },
};

function json({ runs, records, skipped }: Verification): string {
  const sealed = runs.length > 0 && runs.every(({ seal }) => seal === 'sealed');
  return `${JSON.stringify({ records, runs, skipped, sealed }, undefined, 2)}\n`;
}

function report(verification: Verification, keyless: string): string {
  const { records, skipped } = verification;
  const note = skippedNote(skipped);
  const lines = [
    `${records} records of ${runs(verification.runs.length)} read.`,
    ...states(verification),
    note,
    sealNote(verification.runs, keyless),
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
    ...sealFigures(all),
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

const sealTexts: readonly (readonly [RunReport['seal'], string])[] = [
  ['sealed', 'sealed to the end'],
  ['beginning', 'sealed at the beginning: still running, or killed'],
  ['unsealed', 'unsealed'],
  ['other-key', 'sealed, no key here'],
  ['unfit', 'with a seal that does not fit'],
];

function sealFigures(all: readonly RunReport[]): (readonly [number, string])[] {
  return sealTexts.map(([seal, text]) => [all.filter((run) => run.seal === seal).length, text]);
}

/** What the seals prove of these runs, and what would go unseen all the same. */
function sealNote(all: readonly RunReport[], keyless: string): string {
  const has = (...seals: readonly RunReport['seal'][]): boolean => all.some(({ seal }) => seals.includes(seal));
  const sentences = [
    has('sealed', 'beginning') &&
      'What is sealed was written with the key of this keyring: nobody without it can write it anew.',
    has('unsealed') && unsealedText(all),
    has('other-key') && otherKeyText(keyless),
    'A run that was removed whole, or the last records of a run without an end, would go unseen.',
  ];
  return sentences.filter((sentence) => sentence !== false).join('\n');
}

function unsealedText(all: readonly RunReport[]): string {
  const isAll = all.every(({ seal }) => seal === 'unsealed');
  const which = isAll ? 'No seal backs these chains' : 'No seal backs the unsealed chains';
  return `${which}: a changed, added or removed record shows, a chain that was rewritten whole would go unseen.`;
}

function otherKeyText(keyless: string): string {
  const why = keyless === '' ? 'They were made with another key than that of this keyring.' : oneLine(keyless);
  return `Seals could not be checked, so they prove nothing here. ${why}`;
}

/** What came from another process. */
function oneLine(text: string): string {
  return visible(text.split('\n')[0] ?? '');
}

function runs(count: number): string {
  return `${count} ${count === 1 ? 'run' : 'runs'}`;
}
