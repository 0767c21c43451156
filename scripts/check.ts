/** All that CI checks, step after step; the last line printed is the sum. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
const executable = path.join('dist', process.platform === 'win32' ? 'km.exe' : 'km');

interface Step {
  readonly name: string;
  /** Arguments of `npm`. */
  readonly npm: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const steps: readonly Step[] = [
  { name: 'lint', npm: ['run', 'lint'] },
  { name: 'types', npm: ['run', 'types'] },
  { name: 'docs', npm: ['run', '--if-present', 'docs', '--', '--check'] },
  { name: 'test', npm: ['test'] },
  { name: 'system', npm: ['run', 'test:system'] },
  { name: 'coverage', npm: ['run', 'coverage'] },
  { name: 'binary', npm: ['run', 'build:binary'] },
  { name: 'e2e-binary', npm: ['run', 'test:e2e'], env: { KM: executable } },
];

interface Result {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** What the tests that failed promise. */
  readonly broken: readonly string[];
}

function run({ name, npm, env }: Step, reports: string): Result {
  const folder = path.join(reports, name);
  mkdirSync(folder);
  console.log(`\n== ${name}: npm ${npm.join(' ')}`);
  // On Windows npm is a script, which only a shell can start.
  const shell = process.platform === 'win32';
  const options = {
    cwd: root,
    env: { ...process.env, ...env, TEST_REPORTS: folder },
    shell,
    stdio: 'inherit',
  } as const;
  const { status } = spawnSync('npm', npm, options);
  return { name, ...counted(folder, status === 0) };
}

/** The tests of the step; a step that has none, or fails beside them, counts as one itself. */
function counted(folder: string, well: boolean): Omit<Result, 'name'> {
  const reports = readdirSync(folder).map((name) => readReport(path.join(folder, name)));
  const passed = reports.reduce((sum, { numPassedTests }) => sum + numPassedTests, 0);
  const failed = reports.reduce((sum, { numFailedTests }) => sum + numFailedTests, 0);
  const broken = reports.flatMap(failuresOf);
  if (!well) return { passed, failed: Math.max(failed, 1), broken };
  return { passed: reports.length === 0 ? 1 : passed, failed, broken };
}

/** The parts of vitest's JSON report that are read here. */
interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function readReport(file: string): TestReport {
  // Written by vitest's own JSON reporter.
  return JSON.parse(readFileSync(file, 'utf8')) as TestReport;
}

function failuresOf({ testResults }: TestReport): string[] {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, assertionResults }) => {
      const tests = assertionResults.filter(({ status }) => status === 'failed');
      const file = path.relative(root, name);
      return tests.length === 0 ? [file] : tests.map(({ fullName }) => `${file}: ${fullName}`);
    });
}

function main(): void {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  const names = steps.map(({ name }) => name).join(',');
  if (values.help) {
    console.log(`Usage: npm run check [-- --only ${names}]`);
    return;
  }
  const wanted = values.only?.split(',');
  const reports = mkdtempSync(path.join(tmpdir(), 'km-check-'));
  const results = steps.filter(({ name }) => wanted?.includes(name) ?? true).map((step) => run(step, reports));
  rmSync(reports, { recursive: true });
  conclude(results);
}

function conclude(results: readonly Result[]): void {
  console.log('');
  for (const { name, passed, failed, broken } of results) {
    console.log(`${name}: ${passed} good, ${failed} bad`);
    for (const promise of broken) console.log(`  broken: ${promise}`);
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main();
