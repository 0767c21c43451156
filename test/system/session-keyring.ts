import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { collect } from '../e2e/collect.ts';

/** A keyring as a desktop session has it, on a bus of its own. */
export interface SessionKeyring {
  /** What a program needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Nothing can be read any more until the user types a password, and nobody will. */
  lock(): void;
  /** The daemon takes requests and answers none. */
  hang(): void;
}

/** Where there is no keyring to test with, as on macOS. */
export const lacksKeyring = ['dbus-daemon', 'gnome-keyring-daemon'].some((program) => !isInstalled(program));

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a bus and an unlocked gnome-keyring, both ended with the test.
 *
 * @param folder Empty: the keyring's file goes there.
 */
export async function startKeyring(folder: string): Promise<SessionKeyring> {
  const runtime = path.join(folder, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  mkdirSync(path.join(folder, '.cache'));
  const base = { PATH: process.env.PATH ?? '', HOME: folder, XDG_RUNTIME_DIR: runtime };
  const bus = endWithTest(spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], { env: base }));
  const address = collect(bus.stdout);
  await expect.poll(() => address.text).toMatch(/\n/);
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address.text.trim() };
  const args = ['--foreground', '--unlock', '--components=secrets'];
  const daemon = endWithTest(spawn('gnome-keyring-daemon', args, { env }));
  daemon.stdin.end('password');
  const send = (...message: readonly string[]): string =>
    execFileSync('dbus-send', ['--session', '--print-reply', ...message], { env, encoding: 'utf8', stdio: 'pipe' });
  // Asked of the bus: a question to the keyring itself would have the bus start another daemon.
  await expect.poll(() => send(...owner), { timeout: 10_000 }).toContain('true');
  await expect.poll(() => send(...collections), { timeout: 10_000 }).toContain(loginKeyring);
  return {
    env,
    lock: () => void send(...secrets, 'org.freedesktop.Secret.Service.Lock', `array:objpath:${loginKeyring}`),
    hang: () => void daemon.kill('SIGSTOP'),
  };
}

const name = 'org.freedesktop.secrets';
const loginKeyring = '/org/freedesktop/secrets/collection/login';
const owner = ['--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', `string:${name}`];
const secrets = [`--dest=${name}`, '/org/freedesktop/secrets'];
const collections = [
  ...secrets,
  'org.freedesktop.DBus.Properties.Get',
  'string:org.freedesktop.Secret.Service',
  'string:Collections',
];

function endWithTest<T extends ChildProcess>(child: T): T {
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
