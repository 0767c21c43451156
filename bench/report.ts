import type { Candidate, LeftOut } from './candidates.ts';
import type { Judged } from './goals.ts';
import type { Machine } from './machine.ts';
import { judging } from './measure-filters.ts';
import type { Figure } from './rounds.ts';

/** All that a run of the bench found; what results.json holds. */
export interface Results {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly figures: readonly Figure[];
  readonly goals: readonly Judged[];
}

interface Around {
  readonly candidates: readonly Candidate[];
  readonly leftOut: readonly LeftOut[];
}

/** RESULTS.md. */
export function report({ machine, quick, figures, goals }: Results, { candidates, leftOut }: Around): string {
  const measures = [...new Set(figures.map(titleOf))];
  return [
    '# What the bench measured',
    `Written by \`npm run bench\`${quick ? ' with `--quick`: rough, not to quote' : ''}. ${sentence(machine)}`,
    'A figure is the median of the rounds; a ratio is the median of the ratios within each round. Candidates take turns in every round; those that no goal is about take part in the first third of the rounds. Each call and each answer is a `write` of its own, as the SDKs send them, and every byte that comes back is compared. After every run of km its log is checked: each message on record once, no gap.',
    table(
      ['way', 'what it is'],
      candidates.map(({ name, about }) => [name, about]),
    ),
    `Not measured: ${leftOut.map(({ name, reason }) => `${name} ${reason}`).join('; ')}.`,
    '## Goals',
    table(['goal', 'way', 'measured', 'reached'], goals.map(goalRow)),
    '## Figures',
    ...measures.map((title) =>
      section(
        title,
        figures.filter((figure) => titleOf(figure) === title),
      ),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function sentence({ date, cpu, cores, memory, system, node, bun, busy }: Machine): string {
  return `${date}, ${cpu}, ${cores} cores, ${memory}, ${system}, Node ${node}, Bun ${bun}; load average before the run ${short(busy)}.`;
}

function titleOf({ measure, unit }: Figure): string {
  return `${measure}, ${unit}`;
}

function section(title: string, figures: readonly Figure[]): string {
  const base = baseOf(figures);
  const rows = figures.map(({ candidate, median, ratio, overDirect, unit, rounds }) => [
    candidate,
    short(median),
    ratio === undefined ? '' : short(ratio),
    // Less a second than with nothing in between says little; a time that was added says all.
    overDirect === undefined || !times.has(unit) ? '' : short(overDirect),
    `${short(Math.min(...rounds))} to ${short(Math.max(...rounds))}`,
  ]);
  return `### ${title}\n\n${explained(title)}\n\n${table(['way', 'median', base, 'added to direct', 'rounds'], rows)}`;
}

/** What a figure is, by how its title begins. */
const explanations: readonly (readonly [string, string])[] = [
  ['first answer', 'From the start of the process to the whole answer to the first call.'],
  [
    'round trip',
    'One call at a time, each sent when the one before was answered, in a session that has been going for a while.',
  ],
  [
    'tools/call',
    'One call at a time, as above, with risk analysis on (`KM_DEFAULT_TIER=pro`), beside the same km without any filter that judges.',
  ],
  [
    'throughput',
    'As many calls as go through, with so many open at any time. “Cut on record”: of each line the first 64 KiB are kept, as is usual; “whole”: all of it.',
  ],
  ['longest silence', 'The longest time in which nothing at all came back although something was due.'],
  ['one call a millisecond', 'A call each millisecond, answered or not: the longest answer shows the longest stall.'],
  [
    'CPU',
    'CPU time of all threads of what stands in between, the end of the run included, the start and the echo server left out. A call and its answer are two records.',
  ],
  ['one idle', 'Memory after 20 calls and a second and a half of rest; the echo server left out.'],
  ['each of 10 idle', 'The same for ten at once, each.'],
  [
    'statistics of a log',
    '`km stats --by server --by method --by tool` over a log of 1 GB, beside the jq line that gives the same table.',
  ],
  ['one tool of a log', '`km logs --tool` over the same log, beside jq and grep.'],
];

function explained(title: string): string {
  return explanations.find(([start]) => title.startsWith(start))?.[1] ?? '';
}

function baseOf(figures: readonly Figure[]): string {
  if (figures.some(({ candidate }) => candidate.endsWith(judging))) return 'of the same km with none';
  return figures.some(({ candidate }) => candidate === 'jq') ? 'of jq' : 'of the relay';
}

const times = new Set(['µs', 'ms']);

function goalRow({ goal, candidate, measured, compare, unit, reached }: Judged): string[] {
  const signs = { median: `${short(measured)} ${unit}`, ratio: `× ${short(measured)}` };
  const text =
    compare === 'median' || compare === 'ratio'
      ? signs[compare]
      : `${measured < 0 ? '−' : '+'} ${short(Math.abs(measured))} ${unit}`;
  return [goal, candidate, text, reached ? 'yes' : '**no**'];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Three digits are all that a noisy machine can honestly say. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 4 });
}
