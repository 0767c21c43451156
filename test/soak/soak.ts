import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const server = fileURLToPath(new URL('./server.mjs', import.meta.url));

/** Small segments, so that rotation, compression and retention run all the time. */
const config = { log: { max_size: 8 * 1024 * 1024, max_files: 4 } };

export interface SoakOptions {
  /** How km is started, such as `['bin/km']`. */
  readonly km: readonly string[];
  /** Empty; home, configuration and log lie in it. */
  readonly folder: string;
  /** How many lines the client writes; the server writes about three quarters as many. */
  readonly messages: number;
  /** Called with each sample. */
  readonly onSample?: (sample: Sample) => void;
}

/** What km took at one moment. Memory in bytes; Linux only. */
export interface Sample {
  readonly seconds: number;
  /** Lines both ways so far. */
  readonly lines: number;
  readonly pss: number;
  /** Open descriptors. */
  readonly open: number;
}

export interface SoakResult {
  readonly status: number;
  readonly seconds: number;
  /** Lines that the two ends wrote, and that the other end read. */
  readonly written: number;
  readonly read: number;
  readonly samples: readonly Sample[];
  /** Files in the log's folder at the end. */
  readonly segments: number;
  /** What `km logs verify` said: its exit status and its text. */
  readonly verify: { readonly status: number; readonly text: string };
  /** Warnings and errors that km wrote to stderr. */
  readonly complaints: readonly string[];
}

/** Sends mixed traffic through km as fast as it goes, and samples what km takes meanwhile. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const env = prepare(options.folder);
  const [program = '', ...args] = options.km;
  const child = spawn(program, [...args, 'monitor', '--', process.execPath, server], { env });
  const began = performance.now();
  const counted = count(child);
  const samples: Sample[] = [];
  let sent = 0;
  const take = () => {
    const seconds = (performance.now() - began) / 1_000;
    const sample = { seconds, lines: sent + counted.lines, ...weigh(child.pid as number) };
    samples.push(sample);
    options.onSample?.(sample);
  };
  const timer = process.platform === 'linux' ? setInterval(take, 500) : undefined;
  const ended = once(child, 'close');
  for await (const lines of writeAll(child, options.messages)) sent += lines;
  clearInterval(timer);
  child.stdin.end();
  const [status] = await ended;
  const seconds = (performance.now() - began) / 1_000;
  const { read, written } = JSON.parse(/^soak (.*)$/m.exec(counted.stderr)?.[1] ?? '{}');
  return {
    status: Number(status),
    seconds,
    written: sent + Number(written),
    read: Number(read) + counted.lines,
    samples,
    segments: readdirSync(path.join(options.folder, 'data')).filter((name) => /\.(log|gz)$/.test(name)).length,
    verify: await verify(options.km, env),
    complaints: counted.stderr.split('\n').filter((line) => /^\{.*"level":"(warn|error)"/.test(line)),
  };
}

/** How much memory grows, in bytes over a million lines: the slope of the line that fits the last two thirds best. */
export function growth(samples: readonly Sample[]): number {
  const late = samples.slice(Math.floor(samples.length / 3));
  const mean = (of: (sample: Sample) => number) => late.reduce((sum, sample) => sum + of(sample), 0) / late.length;
  const lines = mean((sample) => sample.lines);
  const pss = mean((sample) => sample.pss);
  const both = mean((sample) => (sample.lines - lines) * (sample.pss - pss));
  return (both / mean((sample) => (sample.lines - lines) ** 2)) * 1e6;
}

function prepare(folder: string): NodeJS.ProcessEnv {
  const at = (name: string) => path.join(folder, name);
  mkdirSync(at('config'));
  writeFileSync(path.join(at('config'), 'config.json'), JSON.stringify(config));
  return { PATH: process.env.PATH ?? '', HOME: folder, KM_DATA_DIR: at('data'), KM_CONFIG_DIR: at('config') };
}

/** Reads all that comes back; of stderr only the text is kept, it is little. */
function count(child: ChildProcessWithoutNullStreams): { readonly lines: number; readonly stderr: string } {
  const counted = { lines: 0, stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) counted.lines++;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    counted.stderr += chunk.toString();
  });
  return counted;
}

const batchLines = 250;
const text = 'the quick brown fox jumps over the lazy dog '.repeat(5);

/** Writes batch after batch, as fast as they are taken; gives the size of each. */
async function* writeAll({ stdin }: ChildProcessWithoutNullStreams, total: number): AsyncGenerator<number> {
  for (let from = 1; from <= total; from += batchLines) {
    const size = Math.min(batchLines, total - from + 1);
    const batch = Array.from({ length: size }, (_, index) => clientLine(from + index)).join('');
    await new Promise((resolve) => stdin.write(batch, resolve));
    yield size;
  }
}

/** Mostly calls of tools; now and then something else. */
function clientLine(n: number): string {
  const head = '{"jsonrpc":"2.0"';
  if (n % 400 === 0) return `not a message ${n}\n`;
  if (n % 150 === 0) return `${head},"id":"s${n - 1}","result":{"model":"x"}}\n`;
  if (n % 70 === 0) return `${head},"method":"notifications/cancelled","params":{"requestId":${n - 1}}}\n`;
  if (n % 60 === 0) return `[${head},"id":${n},"method":"ping"},${head},"method":"notifications/a"}]\r\n`;
  return `${head},"id":${n},"method":"tools/call","params":{"name":"tool${n % 30}","arguments":{"text":"${text}"}}}\n`;
}

function weigh(pid: number): { pss: number; open: number } {
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return { pss: Number(/^Pss:\s+(\d+)/m.exec(memory)?.[1]) * 1024, open: readdirSync(`/proc/${pid}/fd`).length };
}

async function verify([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(program, [...args, 'logs', 'verify'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [status] = await once(child, 'close');
  return { status: Number(status), text: said };
}
