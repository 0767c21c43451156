import type { Load } from './load.ts';
import { type Figure, figures, inRounds } from './rounds.ts';
import { type Bench, sampleOnce } from './session.ts';
import { sizes } from './sizes.ts';

const lengths = [sizes.small, sizes.usual, sizes.large];

/** One call at a time, each sent when the one before was answered. */
export async function measureRoundTrip(bench: Bench): Promise<Figure[]> {
  const total = bench.quick ? 500 : 1_000;
  // Many short rounds: where the scheduler puts the processes makes 20 µs or 90 µs of the same relay.
  const samples = await inRounds(bench.candidates, bench.quick ? 3 : 9, (candidate) =>
    sampleOnce(bench, candidate, (load) => roundTrips(load, total)),
  );
  return lengths.flatMap(({ name }) => [
    ...figures(samples, `${name} p50`, `round trip ${name} p50`, 'µs'),
    ...figures(samples, `${name} p99`, `round trip ${name} p99`, 'µs'),
  ]);
}

async function roundTrips(load: Load, total: number): Promise<Record<string, number>> {
  const sample: Record<string, number> = {};
  // The time is a bound for those that take milliseconds for one.
  const order = { total, window: 1, seconds: 1 };
  // Unmeasured first: what matters is a session that has been going for a while.
  await load.send({ ...order, size: sizes.usual.bytes, total: 2 * total });
  for (const { name, bytes } of lengths) {
    const { p50, p99 } = await load.send({ ...order, size: bytes });
    sample[`${name} p50`] = p50 / 1e3;
    sample[`${name} p99`] = p99 / 1e3;
  }
  return sample;
}
