/** Measures km beside a direct pipe, a plain relay and other ways, and writes RESULTS.md and results.json. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { candidates, leftOut, type Surroundings } from './candidates.ts';
import { judge } from './goals.ts';
import { describeMachine } from './machine.ts';
import { measureCpu } from './measure-cpu.ts';
import { measureFilters } from './measure-filters.ts';
import { measureLog } from './measure-log.ts';
import { measureMemory } from './measure-memory.ts';
import { measureRoundTrip } from './measure-round-trip.ts';
import { measureStall } from './measure-stall.ts';
import { measureStart } from './measure-start.ts';
import { measureThroughput } from './measure-throughput.ts';
import { compileNative } from './native.ts';
import { type Results, report, short } from './report.ts';
import type { Figure } from './rounds.ts';
import type { Bench } from './session.ts';

const measures = {
  start: measureStart,
  rtt: measureRoundTrip,
  throughput: measureThroughput,
  filters: measureFilters,
  stall: measureStall,
  cpu: measureCpu,
  memory: measureMemory,
  log: measureLog,
};
const names = Object.keys(measures).join(',');

const help = `Usage: npm run bench -- [--quick] [--only ${names}] [--ways NAME,…] [--out FOLDER]

  --quick  a few minutes, rough figures: shows that everything runs
  --only   only these measures
  --ways   only these ways, such as "relay,km (node)"
  --out    where RESULTS.md and results.json go (default: bench/; --quick, --only and --ways: the temporary folder)

Needs Linux and a C compiler. Takes about a quarter of an hour. A goal that is missed does not fail the bench; wrong bytes, a
message that is not on record or a run that ends badly do.`;

const root = path.resolve(import.meta.dirname, '..');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: names },
      ways: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(help);
  const whole = !values.quick && values.only === names && values.ways === undefined;
  const out = values.out ?? (whole ? import.meta.dirname : tmpdir());
  const machine = describeMachine(new Date());
  if (machine.busy > 0.5) console.error(`The machine is busy (load average ${short(machine.busy)}): expect noise.`);
  const folder = mkdtempSync(path.join(tmpdir(), 'km-bench-'));
  try {
    buildKilometers();
    const around = surroundings(folder);
    const all = candidates(around).filter(({ name }) => values.ways?.split(',').includes(name) ?? true);
    const figures = await measureAll(
      { ...around, candidates: all, folder, quick: values.quick },
      values.only.split(','),
    );
    const results = { machine, quick: values.quick, figures, goals: judge(figures) };
    write(out, results, report(results, { candidates: all, leftOut: leftOut(around.env) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both forms of km, from the sources as they are. */
function buildKilometers(): void {
  for (const script of ['scripts/build.ts', 'scripts/build-binary.ts']) {
    execFileSync(process.execPath, ['--import', 'tsx', script], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

// The extra certificates cost Node 20 a start 74 ms, whoever reads them; km's own variables belong to the person at it.
function surroundings(folder: string): Surroundings {
  const unwanted = /^(NODE_EXTRA_CA_CERTS|NODE_OPTIONS|KM_.*)$/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)));
  return { root, native: compileNative(folder), env };
}

async function measureAll(bench: Bench, wanted: readonly string[]): Promise<Figure[]> {
  const found: Figure[] = [];
  for (const [name, measure] of Object.entries(measures)) {
    if (!wanted.includes(name)) continue;
    console.error(`${new Date().toISOString().slice(11, 19)} ${name}`);
    const figures = await measure(bench);
    for (const { measure: what, candidate, median, unit, ratio } of figures) {
      console.error(
        `  ${what}: ${candidate} ${short(median)} ${unit}${ratio === undefined ? '' : ` (× ${short(ratio)})`}`,
      );
    }
    found.push(...figures);
  }
  return found;
}

function write(out: string, results: Results, text: string): void {
  mkdirSync(out, { recursive: true });
  writeFileSync(path.join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(path.join(out, 'RESULTS.md'), text);
  const missed = results.goals.filter(({ reached }) => !reached);
  console.log(
    `${results.goals.length - missed.length} of ${results.goals.length} goals reached; see ${path.join(out, 'RESULTS.md')}`,
  );
  for (const { goal, candidate, measured } of missed)
    console.log(`missed by ${candidate} (${short(measured)}): ${goal}`);
}

await main();
