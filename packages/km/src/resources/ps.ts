/** One row of `ps -o pid=,ppid=,rss=,time=`. */
interface PsRow {
  readonly pid: number;
  readonly parent: number;
  readonly rssKb: number;
  readonly cpuMs: number;
}

/** Reads what `ps -axo pid=,ppid=,rss=,time=` prints, on macOS and elsewhere. */
export function parsePs(text: string): PsRow[] {
  return text.split('\n').flatMap((line) => {
    const [pid, parent, rss, time] = line.trim().split(/\s+/);
    if (time === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), rssKb: Number(rss), cpuMs: cpuMsOf(time) }];
  });
}

/** `0:01.50`, `123:45.67`, `01:02:03` or `2-01:02:03`. */
function cpuMsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}

/** The sum over a process and its descendants. Undefined when it is not there. */
export function usageFromPs(rows: readonly PsRow[], pid: number): { cpu_ms: number; rss: number } | undefined {
  const family = new Set(rows.some((row) => row.pid === pid) ? [pid] : []);
  if (family.size === 0) return undefined;
  // A set goes on to what is added while it is being gone through.
  for (const parent of family) for (const row of rows) if (row.parent === parent) family.add(row.pid);
  const own = rows.filter((row) => family.has(row.pid));
  return {
    cpu_ms: own.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    rss: own.reduce((sum, { rssKb }) => sum + rssKb * 1024, 0),
  };
}
