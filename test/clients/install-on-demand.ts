import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Wanted {
  /** The folder that is to hold them. */
  readonly cache: string;
  /** Name to version, or to `npm:name@version` where it is to go by another name. */
  readonly packages: Readonly<Record<string, string>>;
  /** Those whose install scripts are needed; all others stay without. */
  readonly rebuild?: readonly string[];
}

/** Package with a Node 22, for programs that do not run on 20. */
export const nodePackage = `node-${process.platform}-${process.arch}`;
export const nodeVersion = '22.23.3';

/** The program in it, once it is installed. */
export const nodeIn = (cache: string) => path.join(cache, 'node_modules', nodePackage, 'bin/node');

/** Installs programs that `npm ci` does not, where the folder does not hold them yet. */
export function installOnDemand({ cache, packages, rebuild = [] }: Wanted): void {
  const installed = path.join(cache, 'installed.json');
  if (textOf(installed) === JSON.stringify(packages)) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(path.join(cache, 'package.json'), '{"private":true}\n');
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--save-exact'];
  const options: ExecFileSyncOptions = { cwd: cache, stdio: ['ignore', 'inherit', 'inherit'] };
  execFileSync('npm', ['install', ...quiet, ...wanted], options);
  if (rebuild.length > 0) execFileSync('npm', ['rebuild', ...rebuild, '--loglevel=error'], options);
  writeFileSync(installed, JSON.stringify(packages));
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // Nothing is installed yet.
  }
}
