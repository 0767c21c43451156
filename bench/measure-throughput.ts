import { candidates } from './candidates.ts';
import type { Answered, Order } from './load.ts';
import { type Figure, figures, inRounds, type Sample } from './rounds.ts';
import { type Bench, sampleOnce } from './session.ts';
import { sizes } from './sizes.ts';

/** Calls without an answer at any time: many clients' worth, and what one busy client may have open. */
const shortFloods = [
  { size: sizes.small, window: 1_000 },
  { size: sizes.usual, window: 1_000 },
  { size: sizes.usual, window: 64 },
].map(({ size: { name, bytes }, window }) => ({ name: `${name}, ${window} open`, size: bytes, window }));
/** As many lines of 10 MB as keep both directions busy. */
const hugeFlood = { size: sizes.huge.bytes, window: 3 };
const wholeSettings = { max_message: 33_554_432 };

/** As many calls as go through. */
export async function measureThroughput(bench: Bench): Promise<Figure[]> {
  const huge = { ...bench, candidates: bench.candidates.filter((candidate) => candidate.huge) };
  const kept = new Set(huge.candidates.map(({ name }) => name));
  const whole = candidates({ ...bench, settings: wholeSettings }).filter(({ name }) => kept.has(name));
  const found: Figure[] = [];
  for (const short of shortFloods) found.push(...(await flood(bench, short)));
  found.push(...(await flood(huge, { name: '10 MB, cut on record', ...hugeFlood })));
  found.push(...(await flood({ ...bench, candidates: whole }, { name: '10 MB, whole on record', ...hugeFlood })));
  return found;
}

interface Flood extends Order {
  readonly name: string;
}

async function flood(bench: Bench, { name, ...order }: Flood): Promise<Figure[]> {
  const seconds = bench.quick ? 0.5 : 1.25;
  const samples = await inRounds(bench.candidates, bench.quick ? 1 : 5, (candidate) =>
    sampleOnce(bench, candidate, async (load) => {
      await load.send({ ...order, seconds: seconds / 3 });
      return rates(await load.send({ ...order, seconds }));
    }),
  );
  return [
    ...figures(samples, 'messages', `throughput ${name}`, 'messages/s'),
    ...figures(samples, 'megabytes', `throughput ${name}`, 'MB/s'),
    ...figures(samples, 'silence', `longest silence ${name}`, 'ms'),
  ];
}

function rates({ messages, bytes, ns, silence }: Answered): Sample {
  return { messages: (messages / ns) * 1e9, megabytes: (bytes / ns) * 1e3, silence: silence / 1e6 };
}
