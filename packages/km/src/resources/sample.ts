import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import type { LogRecord } from '@kilometers/core/record.ts';
import { parsePs, usageFromPs } from './ps.ts';

/** CPU time, memory and open files, as the record keeps them. */
export type Usage = NonNullable<LogRecord['km']>;

/** A server that starts children without end must not keep km busy counting them. */
const processesMax = 256;
/** Linux tells CPU time in ticks, a hundred a second on every platform that Node runs on. */
const tickMs = 10;

/**
 * What a process and all that it started use together: a server started through npx is npm, sh and node, and the first
 * two do nothing. Memory that they share counts more than once.
 *
 * Undefined when the process is gone, and on Windows.
 */
export async function sampleProcess(pid: number): Promise<Usage | undefined> {
  if (process.platform === 'linux') return sampleProc(pid);
  if (process.platform === 'win32') return undefined;
  return samplePs(pid);
}

/** What km itself uses. */
export async function sampleSelf(): Promise<Usage> {
  const { user, system } = process.cpuUsage();
  const files = await countEntries(process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd');
  // One of the files is the folder that is being listed.
  const fds = files === undefined ? {} : { fds: files - 1 };
  return { cpu_ms: Math.round((user + system) / 1000), rss: process.memoryUsage.rss(), ...fds };
}

async function sampleProc(pid: number): Promise<Usage | undefined> {
  const own = await usageOf(pid);
  if (own === undefined) return undefined;
  const descendants = await descendantsOf(pid);
  const theirs = await Promise.all(descendants.map(usageOf));
  return theirs.reduce<Usage>((sum, usage) => (usage ? added(sum, usage) : sum), own);
}

async function descendantsOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (let parents = [pid]; parents.length > 0 && found.length < processesMax; ) {
    parents = (await Promise.all(parents.map(childrenOf))).flat();
    found.push(...parents);
  }
  return found.slice(0, processesMax);
}

/** Each thread has a list of the processes it started. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []); // Gone meanwhile.
  const lists = await Promise.all(threads.map((thread) => readOrEmpty(`/proc/${pid}/task/${thread}/children`)));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

async function usageOf(pid: number): Promise<Usage | undefined> {
  const [stat, status, fds] = await Promise.all([
    readOrEmpty(`/proc/${pid}/stat`),
    readOrEmpty(`/proc/${pid}/status`),
    countEntries(`/proc/${pid}/fd`),
  ]);
  if (stat === '') return undefined;
  const rssKb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0); // A zombie has none.
  return { cpu_ms: cpuMsOf(stat), rss: rssKb * 1024, ...(fds !== undefined && { fds }) };
}

/** Own time and that of children that have ended and were waited for, so that the sum never goes back. */
function cpuMsOf(stat: string): number {
  // The program's name comes in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number);
  return ((user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? 0)) * tickMs;
}

function added(a: Usage, b: Usage): Usage {
  const fds = a.fds === undefined && b.fds === undefined ? {} : { fds: (a.fds ?? 0) + (b.fds ?? 0) };
  return { cpu_ms: a.cpu_ms + b.cpu_ms, rss: a.rss + b.rss, ...fds };
}

/** Where there is no /proc; tells no descriptors. */
export function samplePs(pid: number): Promise<Usage | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-axo', 'pid=,ppid=,rss=,time='], { maxBuffer: 8_388_608 }, (error, stdout) => {
      resolve(error ? undefined : usageFromPs(parsePs(stdout), pid)); // No figures are better than no session.
    });
  });
}

async function countEntries(folder: string): Promise<number | undefined> {
  try {
    return (await readdir(folder)).length;
  } catch {
    return undefined; // Gone, or another user's.
  }
}

function readOrEmpty(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => ''); // Processes come and go while they are counted.
}
