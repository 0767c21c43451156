import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { LogRecord } from '@kilometers/core/record.ts';
import { onTestFinished } from 'vitest';
import { type Collected, collect } from './collect.ts';
import { killMarked, markedProcesses, noneLeft, reapersOf } from './marked-processes.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The km under test: `KM=dist/km npm run test:e2e` takes the executable. */
export const km = path.resolve(root, process.env.KM ?? 'bin/km');

interface Surroundings {
  /** Folder that is HOME; the data folder lies in it. Fresh when not given. */
  readonly home?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Monitoring extends Surroundings {
  /** Options of `km monitor`. */
  readonly options?: readonly string[];
  /** True starts the command by itself, without km before it. */
  readonly direct?: boolean;
}

/** How long what a run has started may take to go, once the run is over. */
const leaveMs = 3_000;

/** One run of km, with all that came out of it. */
export interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  readonly home: string;
  readonly out: Collected;
  readonly err: Collected;
  /** Exit status as a shell gives it (128 + number of the signal), once all output has ended. */
  readonly status: Promise<number>;
  /** Writes to stdin and ends it. */
  finish(input?: string | Uint8Array): void;
  /** Ends when the run and all that it started are gone; fails when something is left after 3 s. Linux only. */
  gone(): Promise<void>;
}

/** Starts `km monitor -- command` in an empty home. Ended, with everything it started, when the test ends. */
export function monitor(command: readonly string[], { options = [], direct = false, ...rest }: Monitoring = {}): Run {
  return start(direct ? command : [km, 'monitor', ...options, '--', ...command], rest);
}

/** Runs another command of km to its end. */
export async function runKm(args: readonly string[], surroundings: Surroundings = {}) {
  const run = start([km, ...args], surroundings);
  run.finish();
  const status = await run.status;
  return { status, stdout: run.out.text, stderr: run.err.text };
}

/** Starts any program in the same surroundings. */
export function start([program = '', ...args]: readonly string[], { home = makeHome(), cwd, env }: Surroundings): Run {
  const mark = randomUUID();
  const child = spawn(program, args, {
    cwd: cwd ?? home,
    env: { ...surroundingsOf(home), KM_TEST_MARK: mark, ...env },
  });
  // A server that closes its stdin early, or is dead, is what some tests are about.
  child.stdin.on('error', () => {});
  // Taken now and then, as long as there is something to see: afterwards nobody can tell whose a reaper was.
  const groups = new Set<number>();
  const note = () => {
    for (const pid of markedProcesses(mark)) groups.add(pid);
  };
  child.stdout.once('data', note);
  child.stderr.once('data', note);
  const status = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal as NodeJS.Signals]));
  });
  onTestFinished(() => killMarked(mark));
  return {
    child,
    home,
    out: collect(child.stdout),
    err: collect(child.stderr),
    status,
    finish: (input) => child.stdin.end(input),
    async gone() {
      await noneLeft(() => markedProcesses(mark), leaveMs);
      await noneLeft(() => reapersOf([...groups]), leaveMs);
    },
  };
}

/** Tells a run that ends only when it is told to, and waits: what is killed writes down nothing of what it ran. */
export async function tellToEnd({ child, status }: Pick<Run, 'child' | 'status'>): Promise<void> {
  const left = new Promise((resolve) => setTimeout(resolve, leaveMs).unref());
  child.kill('SIGTERM');
  const again = setTimeout(() => child.kill('SIGINT'), leaveMs / 10);
  await Promise.race([status, left]);
  clearTimeout(again);
}

/** An empty folder, removed when the test ends. */
export function makeHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'km-e2e-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

export function surroundingsOf(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, KM_DATA_DIR: dataFolder(home) };
}

export const dataFolder = (home: string) => path.join(home, 'data');

/** A server of test/servers, as command. */
export function testServer(name: string, ...args: readonly string[]): string[] {
  return [process.execPath, path.join(root, 'test/servers', `${name}.mjs`), ...args];
}

/** A program that `npm ci` installed, as command. */
export function installed(name: string, ...args: readonly string[]): string[] {
  return [process.execPath, path.join(root, 'node_modules/.bin', name), ...args];
}

/** The log's lines, all segments together, oldest segment first. */
export function logLines(home: string): string[] {
  const folder = dataFolder(home);
  const segments = readdirSync(folder).filter((name) => name.startsWith('mcp_proxy.') && /\.(log|gz)$/.test(name));
  return segments.sort(currentLast).flatMap((name) => linesOf(path.join(folder, name)));
}

const currentLast = (a: string, b: string) =>
  Number(a === 'mcp_proxy.log') - Number(b === 'mcp_proxy.log') || (a < b ? -1 : 1);

function linesOf(file: string): string[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  return text.split('\n').slice(0, -1);
}

export function records(home: string): LogRecord[] {
  return logLines(home).map((line) => JSON.parse(line) as LogRecord);
}

/** The records of messages, of those that went one way when `dir` is given. */
export function messages(home: string, dir?: LogRecord['dir']): LogRecord[] {
  const went = ({ dir: of }: LogRecord) => (dir === undefined ? of !== undefined : of === dir);
  return records(home).filter((record) => record.kind !== 'stderr' && went(record));
}
