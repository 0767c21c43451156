import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures were taken on. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  readonly bun: string;
  /** Load average of the last minute before the run: what else the machine had to do. */
  readonly busy: number;
}

export function describeMachine(now: Date): Machine {
  return {
    date: now.toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    node: process.version,
    bun: versionOf('bun'),
    busy: loadavg()[0] ?? 0,
  };
}

function versionOf(program: string): string {
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    return 'not installed'; // Only the executable needs it, and was built elsewhere then.
  }
}
