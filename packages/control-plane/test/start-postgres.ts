import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from '../../../scripts/free-port.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a PostgreSQL that runs for these tests, without a database; undefined where PGlite is tested. */
    postgresUrl: string | undefined;
  }
}

/** Starts a PostgreSQL of Debian's for the tests, in a folder of its own, and ends it after them. */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const { url, stop } = await runPostgres();
  provide('postgresUrl', url);
  return stop;
}

export interface RunningPostgres {
  /** Ends with a slash: the name of a database comes behind it. */
  readonly url: string;
  stop(): void;
}

export async function runPostgres(): Promise<RunningPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-postgres-'));
  const data = path.join(folder, 'data');
  const port = await freePort();
  const owner = ownerOf(folder);
  const run = (program: string, ...args: string[]) => {
    const [command, ...before] =
      owner === undefined ? [] : ['setpriv', `--reuid=${owner}`, `--regid=${owner}`, '--clear-groups'];
    const file = path.join(binaries(), program);
    execFileSync(command ?? file, command === undefined ? args : [...before, file, ...args], {
      stdio: 'ignore',
      cwd: folder,
    });
  };
  run('initdb', '-D', data, '-U', 'km', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8');
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=on -c max_connections=100`;
  run('pg_ctl', '-D', data, '-o', options, '-l', path.join(folder, 'log'), '-w', 'start');
  return {
    url: `postgres://km@127.0.0.1:${port}/`,
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function binaries(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => path.join(root, version, 'bin'))
    .find((bin) => existsSync(path.join(bin, 'initdb')));
  if (found === undefined) throw new Error('These tests need a PostgreSQL: install the package postgresql.');
  return found;
}

/** PostgreSQL refuses to run as root: root lends the folder to the user that the package made. */
function ownerOf(folder: string): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
  chownSync(folder, id, id);
  chmodSync(folder, 0o700);
  return id;
}
