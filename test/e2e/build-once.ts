import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Lets `bin/km` build now, once, so that no test has to wait for it. */
export function setup(): void {
  execFileSync(path.resolve(process.env.KM ?? 'bin/km'), ['--version'], { stdio: 'pipe' });
}
