import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Where the two compiled programs are. */
export interface Native {
  readonly load: string;
  /** Called `bench-echo`, so that its share of a process tree can be told from the proxy's. */
  readonly echo: string;
}

const sources = path.join(import.meta.dirname, 'native');

/** Compiles the load generator and the echo server into `folder`. In C, so that they are never what a run waits for. */
export function compileNative(folder: string): Native {
  return {
    load: compile('load.c', path.join(folder, 'load')),
    echo: compile('echo.c', path.join(folder, 'bench-echo')),
  };
}

function compile(source: string, program: string): string {
  try {
    execFileSync('cc', ['-O2', '-o', program, path.join(sources, source)], { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (cause) {
    throw new Error('The bench needs a C compiler called `cc`: install one (Debian: `apt install gcc libc6-dev`).', {
      cause,
    });
  }
  return program;
}
