import { execFileSync } from 'node:child_process';

/** Lets `bin/km-control-plane` build now, once, so that no test has to wait for it. */
export function setup(): void {
  execFileSync('bin/km-control-plane', ['--help'], { stdio: 'pipe' });
}
