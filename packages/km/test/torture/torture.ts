import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { chainStart, type LogRecord } from '@kilometers/core/record.ts';
import { build } from 'esbuild';
import { listSegments } from '../../src/log/segments.ts';
import { sha256 } from '../../src/log/sha256.ts';
import type { WriterJob } from './writer.ts';

export interface Torture {
  readonly folder: string;
  readonly writers: number;
  readonly records: number;
  readonly rotateBytes: number;
  /** So many of each writer's first records are dated two hours back, for `middle` to clear. */
  readonly old?: number;
  /** Called once while the writers write. */
  readonly middle?: (file: string) => Promise<void>;
}

export interface Verdict {
  readonly segments: number;
  readonly compressed: number;
  readonly lines: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly stalls: number;
  /** Records that should be there once and are not, lines that do not parse, links that do not hold. */
  readonly faults: readonly string[];
}

/** Lets many processes write into one log while they are stopped and continued at random, and counts what is there after. */
export async function torture({ folder, writers, records, rotateBytes, old = 0, middle }: Torture): Promise<Verdict> {
  const program = await bundleWriter(folder);
  const file = path.join(folder, 'log', 'mcp_proxy.log');
  const runs = Array.from(
    { length: writers },
    (_, index) => `01932f1e-7c1b-7000-8000-${String(index).padStart(12, '0')}`,
  );
  const children = runs.map((run) => start(program, { file, run, records, old, maxSize: rotateBytes }));
  const stalling = stallAtRandom(children.map(({ child }) => child));
  const outputs = Promise.all(children.map(({ done }) => done));
  if (middle !== undefined) {
    await pause(1_500);
    await middle(file);
  }
  const counts = (await outputs).map((output) => JSON.parse(output) as { dropped: number });
  const stalls = await stalling.stop();
  const dropped = counts.reduce((sum, count) => sum + count.dropped, 0);
  return { ...(await examine(file, runs, records, old)), dropped, stalls };
}

async function bundleWriter(folder: string): Promise<string> {
  const outfile = path.join(folder, 'writer.mjs');
  const entry = path.join(path.dirname(fileURLToPath(import.meta.url)), 'writer.ts');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  return outfile;
}

function start(program: string, job: WriterJob): { child: ChildProcess; done: Promise<string> } {
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const done = new Promise<string>((resolve, reject) => {
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`A writer ended with ${code}.`))));
  });
  return { child, done };
}

/** Stops a random writer wherever it is, for up to 600 ms: between opening and looking, between looking and writing. */
function stallAtRandom(children: readonly ChildProcess[]): { stop(): Promise<number> } {
  let stalls = 0;
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const child = children[Math.floor(Math.random() * children.length)];
      if (child?.exitCode === null && child.kill('SIGSTOP')) {
        stalls++;
        await pause(Math.random() * 600);
        child.kill('SIGCONT');
      }
      await pause(Math.random() * 50);
    }
    return stalls;
  })();
  return {
    stop() {
      stopped = true;
      return loop;
    },
  };
}

interface Seen {
  prev: string;
  readonly seqs: Set<number>;
}

async function examine(file: string, runs: readonly string[], records: number, old: number) {
  const seen = new Map<string, Seen>(runs.map((run) => [run, { prev: chainStart, seqs: new Set() }]));
  const trims = new Set<string>();
  const breaks: { run: string; prev: string; text: string }[] = [];
  const faults: string[] = [];
  const segments = listSegments(file);
  let lines = 0;
  let bytes = 0;

  function follow(record: LogRecord, line: string): void {
    if (record.kind === 'trim') trims.add(`${record.of} ${record.was}`);
    const state = seen.get(record.run);
    if (state === undefined) return;
    if (record.prev !== state.prev) {
      breaks.push({ run: record.run, prev: record.prev, text: `${record.run} breaks at seq ${record.seq}` });
    }
    state.prev = sha256(Buffer.from(line));
    if (record.kind !== 'notification') return;
    if (state.seqs.has(record.seq)) faults.push(`${record.run} has ${record.seq} twice`);
    state.seqs.add(record.seq);
  }

  for (const segment of segments) {
    for await (const line of linesOf(segment)) {
      lines++;
      bytes += Buffer.byteLength(line) + 1;
      const record = parse(line);
      if (record === undefined)
        faults.push(`${path.basename(segment.path)}: a line does not parse: ${line.slice(0, 80)}`);
      else follow(record, line);
    }
  }
  faults.push(...breaks.filter(({ run, prev }) => !trims.has(`${run} ${prev}`)).map(({ text }) => text));
  for (const [run, { seqs }] of seen) {
    for (let seq = old + 1; seq <= records; seq++) if (!seqs.has(seq)) faults.push(`${run} lacks ${seq}`);
  }
  return {
    segments: segments.length,
    compressed: segments.filter(({ compressed }) => compressed).length,
    lines,
    bytes,
    faults,
  };
}

function linesOf({ path: file, compressed }: { path: string; compressed: boolean }): AsyncIterable<string> {
  const source = createReadStream(file);
  const input = compressed ? source.pipe(createGunzip()) : source;
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

function parse(line: string): LogRecord | undefined {
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return undefined;
  }
}
