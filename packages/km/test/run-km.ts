import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './chain.ts';

const built = fileURLToPath(new URL('../dist/main.cjs', import.meta.url));
// `KM` names another km, as in the end-to-end tests: the coverage counts what it reaches.
const [program = '', ...before] =
  process.env.KM === undefined ? [process.execPath, built] : [path.resolve(process.env.KM)];

/** Starts km, as built before the tests, with a data folder and a working folder of its own; `config` in it holds the configuration. */
export function startKm(
  args: readonly string[],
  dataFolder = temporaryFolder(),
  cwd = temporaryFolder(),
): ChildProcessWithoutNullStreams {
  const env = { PATH: process.env.PATH, HOME: cwd, KM_DATA_DIR: dataFolder, KM_CONFIG_DIR: path.join(cwd, 'config') };
  return spawn(program, [...before, ...args], { cwd, env });
}

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs km to its end. */
export async function runKm(args: readonly string[], dataFolder?: string, input = '', cwd?: string): Promise<Ended> {
  const child = startKm(args, dataFolder, cwd);
  child.stdin.end(input);
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: status as number | null, out, err };
}
