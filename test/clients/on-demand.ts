import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// Some of the programs do not run on Node 20, so one that they all run on comes with them.
const nodePackage = `node-${process.platform}-${process.arch}`;

const packages: Readonly<Record<string, string>> = {
  '@anthropic-ai/claude-code': '2.1.330',
  '@bytebase/dbhub': '1.4.0',
  '@modelcontextprotocol/inspector': '2.12.0',
  '@wonderwhy-er/desktop-commander': '0.2.52',
  'mcp-fetch-server': '1.1.2',
  'mcp-server-sqlite-npx': '0.8.0',
  [nodePackage]: '22.23.3',
};

/** Git-ignored. `KM_TEST_CACHE` names another place, to keep it over checkouts. */
const cache = process.env.KM_TEST_CACHE ?? fileURLToPath(new URL('./.cache', import.meta.url));
const bin = path.join(cache, 'node_modules/.bin');

/** Programs that the tests with real clients need and `npm ci` does not install: 830 MB. */
export const onDemand = {
  node: path.join(cache, 'node_modules', nodePackage, 'bin/node'),
  program: (name: string) => path.join(bin, name),
};

/** Run by vitest before the tests: installs what is not there yet. */
export function setup(): void {
  const file = path.join(cache, 'package.json');
  if (textOf(path.join(cache, 'installed.json')) === JSON.stringify(packages)) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, '{"private":true}\n');
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--save-exact'];
  const options: ExecFileSyncOptions = { cwd: cache, stdio: ['ignore', 'inherit', 'inherit'] };
  execFileSync('npm', ['install', ...quiet, ...wanted], options);
  // The two whose scripts are needed: they bring a native part, or build it where there is none to bring.
  execFileSync('npm', ['rebuild', 'sqlite3', '@anthropic-ai/claude-code', '--loglevel=error'], options);
  writeFileSync(path.join(cache, 'installed.json'), JSON.stringify(packages));
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // Nothing is installed yet.
  }
}
