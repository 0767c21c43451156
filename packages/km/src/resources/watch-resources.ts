import type { After } from '../after.ts';
import { sampleProcess, sampleSelf, type Usage } from './sample.ts';

export interface ResourceWatch {
  /** One more sample, out of turn: the last word while the server still runs. */
  sampleNow(): Promise<void>;
  stop(): void;
}

interface WatchOptions {
  /** 0 is never. */
  readonly intervalSeconds: number;
  /** The server's process; undefined where it runs elsewhere. */
  readonly pid: number | undefined;
  readonly onSample: (sample: { readonly km: Usage; readonly child?: Usage }) => void;
  readonly after: After;
}

/** Samples km and the server, first when one interval has passed: most short runs are over by then. */
export function watchResources({ intervalSeconds, pid, onSample, after }: WatchOptions): ResourceWatch {
  let stopped = false;
  let cancel = arm();

  /** Armed anew only after a sample, so that slow ones never pile up. */
  function arm(): () => void {
    if (intervalSeconds === 0) return () => {};
    return after(intervalSeconds * 1000, async () => {
      await sample();
      if (!stopped) cancel = arm();
    });
  }

  async function sample(): Promise<void> {
    const [km, child] = await Promise.all([sampleSelf(), pid === undefined ? undefined : sampleProcess(pid)]);
    if (!stopped) onSample({ km, ...(child && { child }) });
  }

  return {
    sampleNow: sample,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
