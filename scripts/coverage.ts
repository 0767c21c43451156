/**
 * Which lines the tests run: in their own process, and in each km that they start and that ends by itself; where the system
 * has what those need, in tests of the system too. Fails under 90 %. A page with every line is written to `coverage/index.html`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { convert } from 'ast-v8-to-istanbul';
import istanbul, { type CoverageMap } from 'istanbul-lib-coverage';
import report from 'istanbul-lib-report';
import reports from 'istanbul-reports';
import { parseAst } from 'vite';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = path.join(root, 'coverage');
const work = path.join(folder, '.work');
const unit = path.join(work, 'unit');
const raw = path.join(work, 'raw');
const km = path.join(work, 'km');
const linesWanted = 90;

/** The failures of tests are the business of `npm test`; here only what they reach counts. */
function vitest(args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const options = { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' } as const;
  spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], options);
}

function runTests(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(raw, { recursive: true });
  spawnSync(path.join(root, 'bin/km'), ['--version']);
  const hook = path.join(root, 'scripts/coverage-hook.cjs');
  const main = path.join(root, 'packages/km/dist/main.cjs');
  writeFileSync(km, `#!/bin/sh\nexec node --require '${hook}' '${main}' "$@"\n`, { mode: 0o755 });
  const toUnit = ['--coverage.reporter=json', '--coverage.reportOnFailure', `--coverage.reportsDirectory=${unit}`];
  vitest(['--coverage', ...toUnit], { KM: km });
  vitest(['--config', 'vitest.e2e.config.ts', '--project', 'e2e'], { KM: km });
  vitest(['--config', 'vitest.e2e.config.ts', '--project', 'system', ...systemTests], { KM: km });
}

/** Those that show what a km does with others: a keyring, a control plane, a collector. */
const systemTests = ['account', 'telemetry', 'organisation', 'otlp', 'prometheus', 'seal', 'nodes', 'secrets'];

interface ScriptCoverage {
  readonly url: string;
}

interface Chunk {
  readonly code: string;
  readonly ast: ReturnType<typeof parseAst>;
  readonly sourceMap: object;
}

const chunks = new Map<string, Chunk>();

function chunkAt(file: string): Chunk {
  const known = chunks.get(file);
  if (known !== undefined) return known;
  const code = readFileSync(file, 'utf8');
  // Written by our own build beside the chunk.
  const sourceMap = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as object;
  const chunk = { code, ast: parseAst(code), sourceMap };
  chunks.set(file, chunk);
  return chunk;
}

/** What one process ran, in terms of the sources. */
async function addProcess(map: CoverageMap, file: string): Promise<void> {
  // Written by coverage-hook.cjs as the inspector gave it.
  const scripts = JSON.parse(readFileSync(file, 'utf8')) as ScriptCoverage[];
  for (const coverage of scripts) {
    const chunk = chunkAt(fileURLToPath(coverage.url));
    map.merge(await convert({ ...chunk, coverage, wrapperLength: 0 } as never));
  }
}

async function collect(): Promise<CoverageMap> {
  const map = istanbul.createCoverageMap(JSON.parse(readFileSync(path.join(unit, 'coverage-final.json'), 'utf8')));
  for (const name of readdirSync(raw)) await addProcess(map, path.join(raw, name));
  map.filter((file) => /packages\/\w+\/src\//.test(file.replaceAll('\\', '/')));
  return map;
}

function conclude(map: CoverageMap): void {
  const rows = map.files().map((file) => ({ file, ...map.fileCoverageFor(file).toSummary().lines }));
  const weak = rows.filter(({ pct }) => pct < linesWanted).sort((a, b) => a.pct - b.pct);
  for (const { file, pct } of weak) console.log(`${pct.toFixed(0).padStart(4)} %  ${path.relative(root, file)}`);
  const { covered, total, pct } = map.getCoverageSummary().lines;
  console.log(`${covered} of ${total} lines: ${pct} %, ${linesWanted} % wanted. See coverage/index.html.`);
  process.exitCode = pct < linesWanted ? 1 : 0;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' }, again: { type: 'boolean' } } });
  if (values.help) {
    console.log('Usage: npm run coverage [-- --again]   (--again: report on the tests that ran last)');
    return;
  }
  if (!values.again) runTests();
  const map = await collect();
  reports.create('html').execute(report.createContext({ dir: folder, coverageMap: map }));
  conclude(map);
}

await main();
