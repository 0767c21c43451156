import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Native } from './native.ts';

/** One way to stand between a client and the echo server, or not to. */
export interface Candidate {
  readonly name: string;
  /** What it does, for the table. */
  readonly about: string;
  /** True when what it keeps has to be checked as a km log. */
  readonly km: boolean;
  /** True for what is there to compare with and no goal is about: fewer rounds are enough. */
  readonly aside: boolean;
  /** False for what breaks, or takes minutes, at lines of 10 MB. */
  readonly huge: boolean;
  /** How to start it with `folder` (fresh, its own) for whatever it keeps. */
  launch(folder: string): Launch;
}

export interface Launch {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** A way that was looked at and is not measured. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

export interface Surroundings {
  readonly root: string;
  readonly native: Native;
  readonly env: NodeJS.ProcessEnv;
  /** Settings for km beyond its defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

// Retention would take the beginning of a run away before it is counted. All else is as it comes.
const keepAll = { max_files: 10_000 };

// socat writes each byte by itself; the SDK's transports end the session.
const smallOnly = new Set(['socat -v', 'SDK relay']);

/** Everything that can be measured here, in the order of the tables. */
export function candidates(around: Surroundings): Candidate[] {
  const { root, native } = around;
  const here = (file: string) => path.join(root, 'bench', file);
  const plain = (name: string, about: string, command: (log: string) => string[]): Candidate => ({
    name,
    about,
    km: false,
    aside: name !== 'direct' && name !== 'relay',
    huge: !smallOnly.has(name),
    launch: (folder) => ({ command: command(path.join(folder, 'log')), env: around.env }),
  });
  const all = [
    plain('direct', 'nothing in between', () => [native.echo]),
    plain('relay', 'Node: two pipes, no log', () => [process.execPath, here('relay.cjs'), native.echo]),
    ...kilometers(around),
    plain('tee', 'coreutils: `tee in | server | tee out`', (log) => [
      'sh',
      '-c',
      `tee ${log}.in | ${native.echo} | tee ${log}.out`,
    ]),
    plain('socat -v', 'Debian: traffic in text on stderr', (log) => [
      'sh',
      '-c',
      `exec socat -v - EXEC:${native.echo} 2>${log}`,
    ]),
    plain('naive', 'Node: parse, wrap, serialise, append each line', (log) => [
      process.execPath,
      here('naive.cjs'),
      log,
      native.echo,
    ]),
    plain('SDK relay', 'the MCP SDK’s stdio transports, each message appended', (log) => [
      process.execPath,
      here('sdk-relay.mjs'),
      log,
      native.echo,
    ]),
  ];
  return all.filter(({ name }) => name !== 'socat -v' || onPath('socat', around.env));
}

/** What npm and Debian offer beside these, and why it is not in the tables. */
export function leftOut(env: NodeJS.ProcessEnv): LeftOut[] {
  const bridges = 'is a bridge from stdio to HTTP: no stdio on both sides, no log';
  return [
    { name: 'mcp-proxy (npm)', reason: bridges },
    { name: 'supergateway (npm)', reason: bridges },
    { name: '@civic/passthrough-mcp-server (npm)', reason: 'its command reaches HTTP servers only, and keeps no log' },
    {
      name: '@modelcontextprotocol/inspector (npm)',
      reason: 'is a client of its own, not something between client and server',
    },
    ...(onPath('socat', env) ? [] : [{ name: 'socat (Debian)', reason: 'is not installed here' }]),
  ];
}

function kilometers(around: Surroundings): Candidate[] {
  const { root, native } = around;
  const found = [
    { name: 'km (node)', file: path.join(root, 'packages/km/dist/main.cjs'), start: [process.execPath] },
    { name: 'km (executable)', file: path.join(root, 'dist/km'), start: [] },
  ].filter(({ file }) => existsSync(file));
  return found.map(({ name, file, start }) => ({
    name,
    about: 'km monitor, the whole log on',
    km: true,
    aside: false,
    huge: true,
    launch: (folder) => ({
      command: [...start, file, 'monitor', '--', native.echo],
      env: kilometersEnv(around, folder),
    }),
  }));
}

/** Folders of its own, so that no setting of the person who runs the bench has a say. */
export function kilometersEnv(
  { env, settings = {} }: Pick<Surroundings, 'env' | 'settings'>,
  folder: string,
): NodeJS.ProcessEnv {
  const config = path.join(folder, 'config');
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, 'config.json'), JSON.stringify({ log: { ...keepAll, ...settings } }));
  return { ...env, KM_CONFIG_DIR: config, KM_DATA_DIR: dataFolder(folder) };
}

/** Where km keeps its log when it was launched with `folder`. */
export function dataFolder(folder: string): string {
  return path.join(folder, 'data');
}

function onPath(program: string, env: NodeJS.ProcessEnv): boolean {
  return (env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false; // Not in this folder.
    }
  });
}
