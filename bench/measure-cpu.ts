import { cpuOf, serverName } from './processes.ts';
import { type Figure, figures, inRounds } from './rounds.ts';
import { type Bench, runOnce } from './session.ts';
import { sizes } from './sizes.ts';

/** A call and its answer are a record each. */
const recordsPerCall = 2;

/** CPU time for calls sent as fast as they go, what the end costs included, the start and the echo server not. */
export async function measureCpu(bench: Bench): Promise<Figure[]> {
  const proxies = bench.candidates.filter(({ name }) => name !== 'direct');
  // The slow ones take minutes for as many; what they manage in the time is scaled.
  const order = { size: sizes.usual.bytes, window: 64, total: bench.quick ? 20_000 : 100_000, seconds: 6 };
  const samples = await inRounds(proxies, bench.quick ? 2 : 5, async (candidate) => {
    const { result, ended } = await runOnce(bench, candidate, async (load) => {
      const start = cpuOf(load.pid, (name) => name !== serverName);
      const { messages } = await load.send(order);
      return { messages, before: start + cpuOf(load.pid, (name) => name === serverName) };
    });
    const call = (ended.cpuNs - result.before) / result.messages;
    return { hundred: (call * 100_000) / 1e9, record: call / recordsPerCall / 1e3 };
  });
  return [
    ...figures(samples, 'hundred', 'CPU for 100,000 calls of 1 KB', 's'),
    ...figures(samples, 'record', 'CPU a record of 1 KB', 'µs'),
  ];
}
