import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Candidate, kilometersEnv } from './candidates.ts';
import { type Figure, figures, inRounds } from './rounds.ts';
import type { Bench } from './session.ts';

// The fastest jq that gives the same table: a slim row for each answer, then one grouping of the rows.
const rows = 'select(.kind == "response") | [.server, .method, .tool, .status, .bytes, .ms]';
const groups = `group_by(.[0:3]) | map((map(.[5]) | sort) as $ms | {
  server: .[0][0], method: .[0][1], tool: .[0][2], calls: length, bytes: (map(.[4]) | add),
  errors: (map(select(.[3] | IN("error", "tool_error"))) | length),
  p50: $ms[(length * 0.50 | floor)], p95: $ms[(length * 0.95 | floor)], p99: $ms[(length * 0.99 | floor)] })`;

/** A question about a log, as each way puts it. `LOG` is the file. */
interface Question {
  readonly measure: string;
  readonly km: readonly string[];
  /** In the words of sh. */
  readonly others: Readonly<Record<string, string>>;
}

const questions: readonly Question[] = [
  {
    measure: 'statistics of a log',
    km: ['stats', '--by', 'server', '--by', 'method', '--by', 'tool', '--json'],
    others: { jq: `jq -c '${rows}' "$LOG" | jq -s '${groups}'` },
  },
  {
    measure: 'one tool of a log',
    km: ['logs', '--tool', 'query', '--json', '-n', 'all'],
    // The `cat` is there because grep stops at the first hit when it sees that /dev/null is where they go.
    others: { jq: `jq -c 'select(.tool == "query")' "$LOG"`, grep: `grep -F '"tool":"query"' "$LOG" | cat` },
  },
];

/** Time to answer questions about a log of 1 GB. */
export async function measureLog(bench: Bench): Promise<Figure[]> {
  const file = path.join(bench.folder, 'mcp_proxy.log');
  const size = bench.quick ? '50MB' : '1GB';
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/make-log.ts', '--size', size, '--out', file], {
    cwd: bench.root,
  });
  const found: Figure[] = [];
  for (const { measure, ...question } of questions) {
    const ways = waysTo(bench, question);
    const samples = await inRounds(ways, bench.quick ? 1 : 3, async (way) => ({
      seconds: await timeOf(way, bench.folder),
    }));
    found.push(...figures(samples, 'seconds', measure, 's', 'jq'));
  }
  return found;
}

function waysTo({ root, env }: Bench, { km, others }: Omit<Question, 'measure'>): Candidate[] {
  const kilometers = [
    { name: 'km (node)', start: [process.execPath, path.join(root, 'packages/km/dist/main.cjs')] },
    { name: 'km (executable)', start: [path.join(root, 'dist/km')] },
  ].filter(({ start }) => start.every((part) => existsSync(part)));
  return [
    ...kilometers.map(({ name, start }) =>
      way(name, (folder) => ({
        command: [...start, ...km, '--file', `${folder}/mcp_proxy.log`],
        env: kilometersEnv({ env }, folder),
      })),
    ),
    ...Object.entries(others).map(([name, script]) =>
      way(name, (folder) => ({ command: ['sh', '-c', script], env: { ...env, LOG: `${folder}/mcp_proxy.log` } })),
    ),
  ];
}

function way(name: string, launch: Candidate['launch']): Candidate {
  // One round of what takes a minute, on the same log as the others, is enough for a ratio.
  return { name, about: '', km: false, aside: !name.startsWith('km '), huge: false, launch };
}

async function timeOf(way: Candidate, folder: string): Promise<number> {
  const {
    command: [program = '', ...args],
    env,
  } = way.launch(folder);
  const begin = performance.now();
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${way.name} ended with status ${code}.`);
  return (performance.now() - begin) / 1e3;
}
