import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A server that is up, and how to end it. */
export interface Opened {
  readonly url: string;
  close(): Promise<void>;
}

/** One way to reach the fixture. */
export interface Form {
  readonly name: string;
  readonly open: () => Promise<Opened>;
}

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const fixture = (name: string) => fileURLToPath(new URL(`./fixture/${name}.ts`, import.meta.url));

/** The fixture as command: over HTTP it says its URL on stdout. */
export const httpFixture = [process.execPath, '--import', tsx, fixture('serve-http')];

const stdioFixture = [process.execPath, '--import', tsx, fixture('serve-stdio')];

const km = fileURLToPath(new URL('../../bin/km', import.meta.url));

/** The first is what the others are compared with. */
export const forms: readonly Form[] = [
  { name: 'direct', open: () => openProgram(httpFixture) },
  { name: '--listen', open: () => openListener(['--no-token', '--', ...stdioFixture]) },
];

/** Starts a program that prints its URL, and ends when its stdin does. */
async function openProgram([program = '', ...args]: readonly string[]): Promise<Opened> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return { url: await urlFrom(child.stdout), close: () => end(child) };
}

/** km with an empty home, in front of what stands in `args`. It says its URL on stderr, and ends when it is told to. */
async function openListener(args: readonly string[]): Promise<Opened> {
  const home = mkdtempSync(path.join(tmpdir(), 'km-conformance-'));
  const env = { PATH: process.env.PATH ?? '', HOME: home, KM_DATA_DIR: path.join(home, 'data') };
  const child = spawn(km, ['monitor', '--listen', '0', ...args], { stdio: ['ignore', 'ignore', 'pipe'], env });
  return {
    url: await urlFrom(child.stderr),
    async close() {
      child.kill('SIGTERM');
      await end(child);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  if (child.exitCode === null) await once(child, 'exit');
}

/** The first URL of an MCP endpoint that a program prints. */
async function urlFrom(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [url] = /http:\/\/[^\s"]+\/mcp/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('The program ended before it said where it listens.');
}
