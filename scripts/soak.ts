/** An hour of mixed traffic in minutes, half of the requests never answered: does memory stay flat, and is nothing lost? */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { growth, type Sample, type SoakResult, soak } from '../test/soak/soak.ts';

const help = `Usage: npm run soak [-- --messages N] [--only node|executable]

  --messages  how many lines the client writes (default 2,000,000)
  --only      measure one of the two; the executable is measured when dist/km is there`;

/** Above that memory is said to grow: a leak of some 20 bytes for each message would. */
const growthMax = 20e6;

const root = fileURLToPath(new URL('../', import.meta.url));
const executable = path.join(root, 'dist/km');
const subjects = [
  { name: 'node', km: [process.execPath, path.join(root, 'packages/km/dist/main.cjs')] },
  { name: 'executable', km: [executable] },
];

const number = (value: number) => Math.round(value).toLocaleString('en');
const columns = (values: readonly string[]) => console.log(values.map((value) => value.padStart(12)).join(''));

/** Prints one sample in ten seconds. */
function printer(): (sample: Sample) => void {
  columns(['seconds', 'lines', 'PSS MB', 'files open']);
  let next = 0;
  return ({ seconds, lines, pss, open }) => {
    if (seconds < next) return;
    next = seconds + 10;
    columns([seconds.toFixed(0), number(lines), (pss / 1e6).toFixed(1), String(open)]);
  };
}

function faultsOf({ status, written, read, verify, complaints, samples }: SoakResult): string[] {
  const slope = growth(samples);
  const first = samples[Math.floor(samples.length / 3)]?.open ?? 0;
  const last = samples.at(-1)?.open ?? 0;
  return [
    status !== 0 && `km ended with ${status}`,
    written !== read && `${number(written)} lines were written and ${number(read)} read`,
    verify.status !== 0 && `km logs verify ended with ${verify.status}: ${verify.text}`,
    complaints.length > 0 && `km said: ${complaints.join(' ')}`,
    slope > growthMax && `memory is not flat: it grew by ${(slope / 1e6).toFixed(1)} MB a million lines`,
    last > first + 10 && `open files went from ${first} to ${last}`,
  ].filter((fault) => fault !== false);
}

async function measure({ name, km }: (typeof subjects)[number], messages: number): Promise<boolean> {
  console.log(`\n${name}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'km-soak-'));
  try {
    const result = await soak({ km, folder, messages, onSample: printer() });
    const slope = (growth(result.samples) / 1e6).toFixed(1);
    const faults = faultsOf(result);
    console.log(`${number(result.written / result.seconds)} lines a second; ${slope} MB more a million lines`);
    console.log(faults.length === 0 ? 'flat, nothing lost, the log verifies' : faults.join('\n'));
    return faults.length === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      messages: { type: 'string', default: '2000000' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(help);
  const chosen = subjects.filter(({ name }) => values.only === undefined || values.only === name);
  for (const subject of chosen.filter(({ km }) => km.every(existsSync))) {
    if (!(await measure(subject, Number(values.messages.replaceAll(/[,_]/g, ''))))) process.exitCode = 1;
  }
}

await main();
