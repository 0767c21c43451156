import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';

const command = fileURLToPath(new URL('../bin/km-control-plane', import.meta.url));

export interface RunningControlPlane {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** The first owner's sign-in link; undefined where there was an owner already. */
  readonly signInUrl: string | undefined;
  /** What it has written so far, stdout and stderr apart. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Ends it, and waits until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Says why, with all that was written. */
export class DidNotStart extends Error {}

/**
 * Runs `km-control-plane serve` as a process of its own, and waits until it listens.
 *
 * @param env The whole environment but PATH: `KM_SERVER_DATA_DIR`, or `DATABASE_URL` and `KM_SERVER_SECRET`.
 * @throws DidNotStart
 */
export async function runControlPlane(
  env: Readonly<Record<string, string>>,
  port?: number,
): Promise<RunningControlPlane> {
  const own = port ?? (await freePort());
  const child = spawn(command, ['serve'], {
    env: { PATH: process.env.PATH ?? '', KM_SERVER_LISTEN: `127.0.0.1:${own}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const listens = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
      if (/listens at .*\n/.test(output.stdout)) resolve();
    });
  });
  const failed = ended.then(() => {
    throw new DidNotStart(`${path.basename(command)} serve ended with ${child.exitCode}:\n${output.stderr}`);
  });
  await Promise.race([listens, failed]);
  failed.catch(() => {}); // From here on it may end.
  return {
    url: `http://127.0.0.1:${own}`,
    port: own,
    child,
    signInUrl: /as the first owner, once: (\S+)/.exec(output.stdout)?.[1],
    output,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
    },
  };
}
