import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

/** A server that is up, and how to end it. */
export interface Opened {
  readonly url: string;
  close(): Promise<void>;
}

/** One way to reach the fixture. */
export interface Form {
  readonly name: string;
  readonly open: () => Promise<Opened>;
  /** Scenarios that come out otherwise than directly, and why that is as it should be. */
  readonly otherwise?: Readonly<Record<string, string>>;
}

/** A program on stdio knows nothing of streams. */
const onStdio = {
  'server-sse-multiple-streams':
    'what is answered with one message comes as JSON, so one check has no stream to look at',
  'server-sse-polling': 'a program on stdio has no stream that it could close in the midst of a call',
};

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const fixture = (name: string) => fileURLToPath(new URL(`./fixture/${name}.ts`, import.meta.url));

/** The fixture as command: over HTTP it says its URL on stdout. */
export const httpFixture = [process.execPath, '--import', tsx, fixture('serve-http')];

/** In one file: each session starts it anew, and compiling it each time would be most of the work. */
const stdioBundle = fileURLToPath(new URL('./.cache/serve-stdio.mjs', import.meta.url));
const stdioFixture = [process.execPath, stdioBundle];
const km = fileURLToPath(new URL('../../bin/km', import.meta.url));

/** Each km has a home of its own, and judges: what is only watched would be the easier half. */
const tiers = { watched: 'free', judged: 'pro' } as const;

/** The first is what the others are compared with. */
export const forms: readonly Form[] = [
  { name: 'direct', open: openFixture },
  { name: '--listen --url, watched', open: () => behind(openFixture, (url) => openRelay(url, tiers.watched)) },
  { name: '--listen --url, judged', open: () => behind(openFixture, (url) => openRelay(url, tiers.judged)) },
  {
    name: '--listen --url before --listen --url',
    open: () =>
      behind(
        () => behind(openFixture, (url) => openRelay(url, tiers.judged)),
        (url) => openRelay(url, tiers.judged),
      ),
  },
  {
    name: '--listen -- program, watched',
    open: () => openKm(['--', ...stdioFixture], tiers.watched),
    otherwise: onStdio,
  },
  {
    name: '--listen -- program, judged',
    open: () => openKm(['--', ...stdioFixture], tiers.judged),
    otherwise: onStdio,
  },
  {
    name: '--listen -- km monitor --url',
    open: () => behind(openFixture, (url) => openKm(['--', km, 'monitor', '--url', url], tiers.judged)),
  },
  {
    name: '--listen --url before --listen -- program',
    otherwise: onStdio,
    open: () =>
      behind(
        () => openKm(['--', ...stdioFixture], tiers.judged),
        (url) => openRelay(url, tiers.judged),
      ),
  },
];

/** Has to be called once before the forms are opened. */
export function buildFixture(): void {
  buildSync({
    entryPoints: [fixture('serve-stdio')],
    outfile: stdioBundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
}

/** The fixture over HTTP: prints its URL, and ends when its stdin does. */
async function openFixture(): Promise<Opened> {
  const [program = '', ...args] = httpFixture;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return { url: await urlFrom(child.stdout), close: () => ended(child, () => child.stdin.end()) };
}

/** Something before something else, ended in that order. */
async function behind(first: () => Promise<Opened>, then: (url: string) => Promise<Opened>): Promise<Opened> {
  const inner = await first();
  const outer = await then(inner.url);
  return {
    url: outer.url,
    async close() {
      await outer.close();
      await inner.close();
    },
  };
}

function openRelay(url: string, tier: string): Promise<Opened> {
  return openKm(['--url', url], tier);
}

async function openKm(args: readonly string[], tier: string): Promise<Opened> {
  const home = mkdtempSync(path.join(tmpdir(), 'km-conformance-'));
  const env = { PATH: process.env.PATH, HOME: home, KM_DATA_DIR: home, KM_LOG_LEVEL: 'info', KM_DEFAULT_TIER: tier };
  const child = spawn(km, ['monitor', '--listen', '0', '--no-token', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env,
  });
  const url = await urlFrom(child.stderr);
  child.stderr.resume();
  return {
    url,
    async close() {
      await ended(child, () => child.kill());
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  end();
  await exit;
}

/** The first URL of an MCP endpoint that a program prints. */
async function urlFrom(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [url] = /http:\/\/[^\s"]+\/mcp/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('The program ended before it said where it listens.');
}
