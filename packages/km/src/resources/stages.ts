/** A stopwatch that adds up, by name, where the time goes. */
export interface Stages {
  /** Runs `work` and counts its time under `name`, less what stages inside it count for themselves. */
  time<T>(name: string, work: () => T): T;
  /** One row for each stage, the longest first. */
  report(): string[];
}

interface Stage {
  count: number;
  ms: number;
}

/** @param now Milliseconds, with fractions. */
export function createStages(now: () => number): Stages {
  const stages = new Map<string, Stage>();
  let insideMs = 0;

  function add(name: string, ms: number): void {
    const stage = stages.get(name) ?? { count: 0, ms: 0 };
    stages.set(name, stage);
    stage.count += 1;
    stage.ms += ms;
  }

  return {
    time(name, work) {
      const before = insideMs;
      const startedAt = now();
      insideMs = 0;
      try {
        return work();
      } finally {
        const tookMs = now() - startedAt;
        add(name, tookMs - insideMs);
        insideMs = before + tookMs;
      }
    },
    report: () => [...stages].sort(([, a], [, b]) => b.ms - a.ms).map(([name, stage]) => rowOf(name, stage)),
  };
}

function rowOf(name: string, { count, ms }: Stage): string {
  const each = ((ms * 1000) / count).toFixed(1);
  return `${name.padEnd(12)} ${ms.toFixed(1).padStart(10)} ms ${String(count).padStart(10)} times ${each.padStart(8)} µs each`;
}
