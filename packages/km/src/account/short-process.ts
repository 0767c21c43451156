import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';

/** A keyring that hangs gives up after 2 s; one that asks the user for a password gets a minute. */
const giveUpMs = 65_000;
const outputCharsMax = 1_000;

export interface ShortProcess {
  /** Program and arguments: this program, started anew. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Nobody wants the answer any more: what was started for it is ended. */
  readonly signal?: AbortSignal;
}

/**
 * What a process prints that does one thing and ends. For what asks the keyring: its library takes 4 MB for good, and a
 * keyring may hang. Never throws.
 */
export function outputOf({ command, env, signal }: ShortProcess): Promise<{ out: string; err: string }> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const child = spawn(program, args, {
      ...{ env, stdio, windowsHide: true, timeout: giveUpMs, killSignal: 'SIGKILL' },
      ...(signal && { signal }),
    });
    const [out, err] = [collect(child.stdout), collect(child.stderr)];
    child.once('error', ({ message }) => resolve({ out: '', err: message }));
    child.once('close', () => resolve({ out: out(), err: err() }));
  });
}

/** Servers and containers have none: what no process has to find out need not cost one. */
export function mayHaveKeyring(env: ShortProcess['env'], platform: NodeJS.Platform): boolean {
  if (platform === 'win32' || platform === 'darwin' || env.DBUS_SESSION_BUS_ADDRESS) return true;
  return env.XDG_RUNTIME_DIR !== undefined && existsSync(path.join(env.XDG_RUNTIME_DIR, 'bus'));
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    if (text.length < outputCharsMax) text += piece;
  });
  return () => text;
}
