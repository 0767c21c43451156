import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Candidate } from './candidates.ts';
import { type Figure, figures, inRounds } from './rounds.ts';
import { type Bench, sampleOnce } from './session.ts';
import { sizes } from './sizes.ts';

/** What is added to the name of a km whose filters are all on. */
export const judging = ', every filter on';

/** Rules of which none fits: the ordinary call is the one that all of them look at. */
const rules = ['run', 'query', 'fetch', 'send', 'write'].map(
  (name) => `  - name: no-${name}
    when: has(args.${name}) && rx(args.${name}, "(?i)\\b(drop|erase|format)\\b") && server.name == "prod"
    action: block
    reason: Not here.
`,
);
const policy = `version: 1\norder: most-severe\nrules:\n${rules.join('')}`;

/** What an ordinary tools/call costs with every filter on, beside the same km with none. */
export async function measureFilters(bench: Bench): Promise<Figure[]> {
  const total = bench.quick ? 500 : 1_000;
  const order = { size: sizes.usual.bytes, total, window: 1, seconds: 2 };
  const pairs = bench.candidates.filter(({ km }) => km).map((plain) => [plain, judged(plain)] as const);
  const samples = await inRounds(pairs.flat(), bench.quick ? 3 : 9, (candidate) =>
    sampleOnce(bench, candidate, async (load) => {
      await load.send({ ...order, total: 2 * total });
      return { p50: (await load.send(order)).p50 / 1e3 };
    }),
  );
  return pairs.flatMap(([plain, other]) =>
    figures(samples, 'p50', 'tools/call of 1 KB, p50', 'µs', plain.name).filter(
      ({ candidate }) => candidate === other.name,
    ),
  );
}

/** The tier that has risk analysis switches it on, with a policy; plugins and webhooks are what a person adds. */
function judged(plain: Candidate): Candidate {
  const launch: Candidate['launch'] = (folder) => {
    const { command, env } = plain.launch(folder);
    writeFileSync(path.join(env.KM_CONFIG_DIR ?? '', 'policy.yaml'), policy);
    return { command, env: { ...env, KM_DEFAULT_TIER: 'pro' } };
  };
  return { ...plain, name: `${plain.name}${judging}`, launch };
}
