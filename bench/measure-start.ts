import { type Figure, figures, inRounds } from './rounds.ts';
import { type Bench, sampleOnce } from './session.ts';

/** From the fork to the first answer. */
export async function measureStart(bench: Bench): Promise<Figure[]> {
  const samples = await inRounds(bench.candidates, bench.quick ? 5 : 15, (candidate) =>
    sampleOnce(bench, candidate, async ({ startNs }) => ({ start: startNs / 1e6 })),
  );
  return figures(samples, 'start', 'first answer', 'ms');
}
