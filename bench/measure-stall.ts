import { type Figure, figures, inRounds } from './rounds.ts';
import { type Bench, sampleOnce } from './session.ts';
import { sizes } from './sizes.ts';

/** One call a millisecond, whether or not the one before was answered: the longest answer shows the longest stall. */
export async function measureStall(bench: Bench): Promise<Figure[]> {
  const seconds = bench.quick ? 1 : 2;
  const order = { size: sizes.usual.bytes, window: 1_000, everyMs: 1 };
  const samples = await inRounds(bench.candidates, bench.quick ? 3 : 5, (candidate) =>
    sampleOnce(bench, candidate, async (load) => {
      await load.send({ ...order, total: 1_000 });
      const { p99, max } = await load.send({ ...order, total: seconds * 1_000 });
      return { p99: p99 / 1e6, max: max / 1e6 };
    }),
  );
  return [
    ...figures(samples, 'p99', 'one call a millisecond, p99', 'ms'),
    ...figures(samples, 'max', 'one call a millisecond, longest', 'ms'),
  ];
}
