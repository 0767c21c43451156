import { readdirSync, readFileSync } from 'node:fs';

/** The echo server: whose CPU and memory are not the proxy's. */
export const serverName = 'bench-echo';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

/** Memory in bytes. */
export interface Memory {
  /** Proportional set size: shared pages divided by those who share them. */
  readonly pss: number;
  /** Pages nobody else has. */
  readonly private: number;
}

/** `pid` and everything that descends from it. Linux only, like all of this file. */
export function processTree(pid: number): Process[] {
  const all = everyProcess();
  const tree = all.filter((process) => process.pid === pid);
  for (const found of tree) tree.push(...all.filter(({ parent }) => parent === found.pid));
  return tree;
}

/** Memory of the tree below `pid`, the echo server left out. */
export function memoryOf(pid: number): Memory {
  const own = processTree(pid).filter(({ name }) => name !== serverName);
  const each = own.map((process) => readFileSync(`/proc/${process.pid}/smaps_rollup`, 'utf8'));
  const sum = (field: RegExp) => each.reduce((total, text) => total + kilobytes(text, field) * 1024, 0);
  return { pss: sum(/^Pss:/), private: sum(/^Private_\w+:/) };
}

/** CPU time that the processes of the tree which `wanted` names have used so far, in nanoseconds. */
export function cpuOf(pid: number, wanted: (name: string) => boolean): number {
  const chosen = processTree(pid).filter(({ name }) => wanted(name));
  return chosen.reduce((total, process) => total + cpuOfProcess(process.pid), 0);
}

// Scheduler statistics are kept for each thread, and count nanoseconds; /proc/PID/stat counts hundredths of a second.
function cpuOfProcess(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce(
    (total, thread) => total + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    0,
  );
}

function kilobytes(text: string, field: RegExp): number {
  const lines = text.split('\n').filter((line) => field.test(line));
  return lines.reduce((total, line) => total + Number(/\d+/.exec(line.replace(/^\w+:/, ''))?.[0] ?? 0), 0);
}

function everyProcess(): Process[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => readProcess(Number(entry)));
}

function readProcess(pid: number): Process[] {
  try {
    const [, name = '', parent = ''] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return [{ pid, name, parent: Number(parent) }];
  } catch {
    return []; // It ended since the folder was listed.
  }
}
