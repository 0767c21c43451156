import { matcher } from '../log/query.ts';
import { readLog } from '../log/read.ts';
import { type Dimension, dimensions, type Figures, Stats } from '../log/stats.ts';
import { duration, size, visible } from '../log/table.ts';
import type { Command, Invocation } from './command.ts';
import { choice, fileOption, logFile, many, readQuery, scopeOptions, skippedNote, tell } from './log-options.ts';
import { Output } from './output.ts';

export const stats: Command = {
  name: 'stats',
  summary: 'Count calls, errors, durations and bytes',
  usage: '[options]',
  options: {
    by: {
      type: 'string',
      multiple: true,
      value: 'WHAT',
      help: `Group by ${dimensions.join(', ')}; may be given several times`,
    },
    ...scopeOptions,
    json: { type: 'boolean', help: 'Print one JSON object' },
    ...fileOption,
  },
  examples: ['km stats', 'km stats --by server --since 1d', `km stats --json | jq '.rows[] | select(.errors > 0)'`],
  async run(invocation) {
    const by = dimensionsWanted(invocation);
    const query = readQuery(invocation, Date.now());
    const counted = new Stats(by);
    const fits = matcher(query);
    const skipped = await readLog(
      logFile(invocation),
      { onRecord: (line) => (fits(line) ? counted.add(line) : counted.learn(line)) },
      query.since,
    );
    const output = new Output(process.stdout);
    output.text(invocation.options.json === true ? json(by, counted, skipped) : table(by, counted));
    await output.flush();
    tell(invocation, skippedNote(skipped));
    return 0;
  },
};

function dimensionsWanted({ options }: Invocation): readonly Dimension[] {
  const wanted = many(options.by)?.flatMap((value) => value.split(','));
  // `choice` lets nothing else through.
  return (choice('by', wanted, dimensions) as readonly Dimension[] | undefined) ?? ['server', 'method', 'tool'];
}

function json(by: readonly Dimension[], counted: Stats, skipped: object): string {
  const rows = counted.figures.map((figures) => ({
    ...Object.fromEntries(by.map((dimension, index) => [dimension, figures.group[index]])),
    ...plain(figures),
  }));
  return `${JSON.stringify({ by, rows, total: plain(counted.total), skipped }, undefined, 2)}\n`;
}

function plain(figures: Figures): object {
  const { messages, calls, errors, unanswered, late, blocked, noted, riskMax, bytesC2s, bytesS2c, durations } = figures;
  const ms = (value: number | undefined): number | null => (value === undefined ? null : Number(value.toPrecision(4)));
  return {
    ...{ calls, errors, unanswered, late, blocked, noted, risk_max: riskMax, messages },
    ...{ p50_ms: ms(durations.quantile(0.5)), p95_ms: ms(durations.quantile(0.95)) },
    ...{ p99_ms: ms(durations.quantile(0.99)), avg_ms: ms(durations.mean) },
    ...{ bytes_c2s: bytesC2s, bytes_s2c: bytesS2c },
  };
}

const figureTitles = 'calls errors p50 p95 p99 avg sent received messages unanswered late blocked noted risk'.split(
  ' ',
);

function table(by: readonly Dimension[], counted: Stats): string {
  const figures = counted.figures;
  if (figures.length === 0) return 'No message is on record.\n';
  const total = { ...cells(counted.total), group: by.map((_, index) => (index === 0 ? 'total' : '')) };
  const rows = [...figures.map(cells), ...(figures.length > 1 ? [total] : [])];
  const body = rows.map(({ group, values }) => [...group, ...values]);
  return columns([[...by, ...figureTitles], ...body], by.length);
}

function cells(figures: Figures): { readonly group: readonly string[]; readonly values: readonly string[] } {
  const { group, calls, errors, durations, messages, unanswered, late, blocked, noted, riskMax } = figures;
  const times = [durations.quantile(0.5), durations.quantile(0.95), durations.quantile(0.99), durations.mean];
  const values = [
    ...[calls, errors].map(count),
    ...times.map((ms) => (ms === undefined ? '-' : duration(ms))),
    ...[figures.bytesC2s, figures.bytesS2c].map(size),
    ...[messages, unanswered, late, blocked, noted].map(count),
    riskMax > 0 ? riskMax.toFixed(2) : '-',
  ];
  return { group: group.map((value) => shorten(visible(value) || '-')), values };
}

function count(value: number): string {
  return value === 0 ? '-' : String(value);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** Text to the left, figures to the right. */
function columns(rows: readonly (readonly string[])[], textColumns: number): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const pad = (cell: string, column: number): string =>
    column < textColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
}
