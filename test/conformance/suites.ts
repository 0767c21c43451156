import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOnDemand, nodeIn, nodePackage, nodeVersion } from '../clients/install-on-demand.ts';

/** One way to run the official suite. */
export interface Suite {
  readonly name: string;
  /** Which of the two versions, by the name it is installed under. */
  readonly package: string;
  readonly options: readonly string[];
}

/** What became of one scenario. Those that are not scored fail for the fixture itself, or are extensions. */
export interface Scenario {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly scored: boolean;
}

const packages = {
  'conformance-old': 'npm:@modelcontextprotocol/conformance@0.1.16',
  'conformance-new': 'npm:@modelcontextprotocol/conformance@0.2.0-alpha.12',
  [nodePackage]: nodeVersion,
};

/** What each form of the fixture is measured with. */
export const suites: readonly Suite[] = [
  { name: '0.1.16 active', package: 'conformance-old', options: ['--suite', 'active'] },
  { name: '2025-11-25', package: 'conformance-new', options: ['--requirements', '2025-11-25'] },
  { name: '2026-07-28', package: 'conformance-new', options: ['--requirements', '2026-07-28'] },
];

/** Git-ignored, or in the place that `KM_TEST_CACHE` names. */
const cache = process.env.KM_TEST_CACHE
  ? path.join(process.env.KM_TEST_CACHE, 'conformance')
  : fileURLToPath(new URL('./.cache', import.meta.url));

/** Installs both versions of the suite, and the Node they need. */
export function installSuites(): void {
  installOnDemand({ cache, packages });
}

/** Runs a suite against the server at the URL. */
export async function runServerSuite(suite: Suite, url: string): Promise<readonly Scenario[]> {
  return scenariosIn(await run(suite, ['server', '--url', url, ...suite.options]));
}

/** What the suite prints. It ends with 1 when anything fails, which is for the reader of the table to judge. */
function run({ package: name }: Suite, args: readonly string[]): Promise<string> {
  const program = path.join(cache, 'node_modules', name, 'dist/index.js');
  return new Promise((resolve) => {
    // Its report may reach tens of megabytes: messages of every scenario are in it.
    execFile(nodeIn(cache), [program, ...args], { cwd: cache, maxBuffer: 2 ** 28 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

/** Reads the summary at the end of the report. */
export function scenariosIn(report: string): readonly Scenario[] {
  const [, summary = '', unscored = ''] = /=== SUMMARY ===(.*?)(\nNot scored for .*)?$/s.exec(report) ?? [];
  const apart = new Set([...unscored.matchAll(/^ {2}[✓✗] (\S+) \(/gm)].map(([, name]) => name));
  const lines = summary.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm);
  return [...lines].map(([, name = '', passed, failed]) => ({
    name,
    passed: Number(passed),
    failed: Number(failed),
    scored: !apart.has(name),
  }));
}
