import type { Paint, Tone } from './paint.ts';
import type { Tally } from './tally.ts';
import { counted, duration, grouped, size } from './units.ts';

interface Figure {
  readonly text: string;
  readonly gap: '  ' | '   ';
  /** The highest goes first when there is no room. */
  readonly dispensable: number;
  readonly tone?: Tone;
}

/** `42 requests  41 responses  1 error   avg 23 ms  p95 61 ms   1.2 MB`, less what does not fit. */
export function figuresLine(tally: Tally, columns: number, paint: Paint): { text: string; width: number } {
  const figures = figuresOf(tally);
  while (figures.length > 0 && lengthOf(figures) > columns) figures.splice(mostDispensable(figures), 1);
  const text = figures.map(({ text, gap, tone }, at) => (at > 0 ? gap : '') + (tone ? paint(tone, text) : text));
  return { text: text.join(''), width: lengthOf(figures) };
}

function figuresOf(tally: Tally): Figure[] {
  const bytes = tally.bytesToServer + tally.bytesToClient;
  if (bytes === 0) return [];
  const errors = tally.rpcErrors + tally.toolErrors;
  const figures: Figure[] = [
    { text: counted(tally.requests, 'request'), gap: '  ', dispensable: 0 },
    { text: counted(tally.responses, 'response'), gap: '  ', dispensable: 3 },
    {
      text: counted(errors, 'error'),
      gap: '  ',
      ...(errors > 0 ? { dispensable: 2, tone: 'bad' } : { dispensable: 7 }),
    },
    ...latencyFigures(tally),
    { text: size(bytes), gap: '   ', dispensable: 6 },
  ];
  const risk = riskText(tally);
  if (risk) figures.push({ text: `risk: ${risk}`, gap: '   ', dispensable: 1, tone: 'notable' });
  return figures;
}

function latencyFigures({ latency }: Tally): Figure[] {
  if (latency.count === 0) return [];
  return [
    { text: `avg ${duration(latency.mean ?? 0)}`, gap: '   ', dispensable: 4 },
    { text: `p95 ${duration(latency.quantile(0.95) ?? 0)}`, gap: '  ', dispensable: 5 },
  ];
}

/** `1 blocked, 3 noted`; empty when no filter had anything to say. */
export function riskText({ blocked, changed, noted }: Tally): string {
  const counts = [
    [blocked, 'blocked'],
    [changed, 'changed'],
    [noted, 'noted'],
  ] as const;
  return counts.flatMap(([count, what]) => (count > 0 ? [`${grouped(count)} ${what}`] : [])).join(', ');
}

function lengthOf(figures: readonly Figure[]): number {
  return figures.reduce((sum, { text, gap }, at) => sum + text.length + (at > 0 ? gap.length : 0), 0);
}

function mostDispensable(figures: readonly Figure[]): number {
  const ranks = figures.map(({ dispensable }) => dispensable);
  return ranks.indexOf(Math.max(...ranks));
}
