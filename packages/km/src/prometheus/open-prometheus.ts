import { createHash } from 'node:crypto';
import path from 'node:path';
import type { After } from '../after.ts';
import type { Snapshot } from '../figures/snapshot.ts';
import { exposition } from './exposition.ts';
import { type HeldPort, holdPort } from './hold-port.ts';
import { openSharedFigures } from './shared-figures.ts';

/** How often figures are published. What a killed km had counted since is lost. */
const publishMs = 1_000;
/** So often one does so without news, too: the file then says that the process lives. */
const publishAnyhowEvery = 60;
/** How often those that have ended are folded into one file. */
const foldEvery = 30;

export interface PrometheusParts {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** Names this process among all that ever were. */
  readonly id: string;
  readonly snapshot: () => Snapshot;
  readonly after: After;
  readonly now: () => number;
  /** Called once for each kind of trouble. */
  readonly onFault: (message: string) => void;
}

export interface Prometheus extends Pick<HeldPort, 'held'> {
  /** Says the last figures and gives the port free. */
  close(): Promise<void>;
}

/** Shares the figures of this process with the other km's of the machine, one of which serves the sum of all. */
export function openPrometheus(parts: PrometheusParts): Prometheus {
  const { dataFolder, host, port, id, snapshot, after, now, onFault } = parts;
  // By port: who serves another port is another circle.
  const folder = path.join(dataFolder, 'metrics', String(port));
  const shared = openSharedFigures({ folder, id, now });
  let told = '';
  let ticks = 0;
  let failed = false;
  let ended = false;
  // One after the other: a slow publication must not come after the last word.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  async function publish(): Promise<void> {
    const figures = snapshot();
    const text = JSON.stringify(figures);
    if (text === told && ticks % publishAnyhowEvery !== 0) return;
    await shared.publish(figures);
    told = text;
  }

  function fault(error: unknown): void {
    if (!failed)
      onFault(`The figures cannot be shared in ${folder}: ${error instanceof Error ? error.message : error}.`);
    failed = true;
  }

  async function tick(): Promise<void> {
    await inTurn(publish).catch(fault);
    if (ticks++ % foldEvery === 0) await shared.fold().catch(fault);
    if (!ended) cancel = after(publishMs, tick);
  }

  let cancel = after(publishMs, tick);
  const held = holdPort({
    host,
    port,
    id: `km-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`,
    // What was told must be on file before: who takes the port when this km is killed must not tell less.
    text: () => inTurn(publish).catch(fault).then(shared.sum).then(exposition),
    after,
    onFault,
  });
  return {
    held: held.held,
    async close() {
      ended = true;
      cancel();
      await inTurn(() => shared.leave(snapshot())).catch(fault);
      await held.close();
    },
  };
}
