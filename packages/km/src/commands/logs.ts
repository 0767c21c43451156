import { KmError } from '@kilometers/core/errors.ts';
import { follow } from '../log/follow.ts';
import { lastLineEnd, lastRecords } from '../log/last.ts';
import { grepNeedles, matcher, type Query } from '../log/query.ts';
import { closeSegments, type OpenSegment, openSegments, type Reader, readSegment, type Skipped } from '../log/read.ts';
import { RecordLine } from '../log/record-line.ts';
import { prettyRow, type RowWriter, tableRows } from '../log/table.ts';
import type { Command, Invocation } from './command.ts';
import { contentOptions, fileOption, logFile, one, readQuery, scopeOptions, skippedNote, tell } from './log-options.ts';
import { Output } from './output.ts';

/** What a terminal shows when nothing says how much: a log may have millions of records. */
const terminalLines = 50;
const followLines = 10;

export const logs: Command = {
  name: 'logs',
  summary: 'Show what is on record',
  usage: '[options]',
  options: {
    ...scopeOptions,
    ...contentOptions,
    follow: { type: 'boolean', short: 'f', help: 'Go on and show new records as they come' },
    lines: { type: 'string', short: 'n', value: 'N', help: 'Only the last N records that fit, or `all`' },
    json: { type: 'boolean', help: 'Print the records exactly as they are stored' },
    pretty: { type: 'boolean', help: 'Print the records as indented JSON' },
    ...fileOption,
  },
  examples: [
    'km logs --since 10m',
    'km logs --method tools/call --outcome error --json | jq .message',
    'km logs -f --server filesystem',
  ],
  async run(invocation) {
    const query = readQuery(invocation, Date.now());
    const show = { ...sink(invocation), query, fits: matcher(query), skipped: { foreign: 0, unknownVersion: 0 } };
    const status = await showLog(logFile(invocation), linesWanted(invocation, query), show, invocation);
    tell(invocation, skippedNote(show.skipped));
    return status;
  },
};

interface Show {
  readonly output: Output;
  readonly print: (line: RecordLine) => void;
  readonly query: Query;
  readonly fits: (line: RecordLine) => boolean;
  readonly skipped: Skipped;
}

function sink({ options, env }: Invocation): Pick<Show, 'output' | 'print'> {
  const output = new Output(process.stdout);
  if (options.json === true) return { output, print: (line) => output.line(line.bytes) };
  const colour = process.stdout.isTTY === true && !env.NO_COLOR;
  const write: RowWriter = options.pretty === true ? prettyRow : tableRows({ colour });
  return { output, print: (line) => output.text(write(line)) };
}

/** How many of the last records to show; undefined for all. */
function linesWanted({ options }: Invocation, query: Query): number | undefined {
  const text = one(options.lines);
  if (text !== undefined) return lineCount(text);
  if (options.follow === true) return followLines;
  const isOpenEnded = query.since === undefined && query.until === undefined;
  return isOpenEnded && process.stdout.isTTY === true ? terminalLines : undefined;
}

function lineCount(text: string): number | undefined {
  if (text === 'all') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new KmError('usage.bad-value', `--lines takes a number or \`all\`; got "${text}".`);
}

async function showLog(file: string, lines: number | undefined, show: Show, invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const segments = await openSegments(file, show.query.since ?? 0);
  if (segments.length === 0) tell(invocation, `There is no record at ${file}.`);
  // While following, what is half written at this moment is left for later.
  const current = options.follow === true ? segments.find((segment) => segment.current) : undefined;
  let at = 0;
  try {
    if (current) at = await lastLineEnd(current);
    const whole = segments.map((segment) => (segment === current ? { ...segment, size: at } : segment));
    if (!(await showHistory(whole, lines, show))) return 0;
  } finally {
    await closeSegments(segments.filter((segment) => segment !== current));
  }
  return options.follow === true ? showNew(file, current && { segment: current, at }, show) : 0;
}

/** `false` when nobody reads any more. */
async function showHistory(segments: readonly OpenSegment[], lines: number | undefined, show: Show): Promise<boolean> {
  const { output, print, fits, skipped } = show;
  const reader: Reader = {
    onRecord: (line) => {
      if (fits(line)) print(line);
    },
    between: () => output.flush(),
    needles: grepNeedles(show.query.grep),
  };
  if (lines === undefined) {
    for (const segment of segments) if (!(await readSegment(segment, reader, skipped))) return false;
    return output.flush();
  }
  const line = new RecordLine();
  for (const bytes of await lastRecords(segments, lines, fits, { needles: reader.needles }, skipped)) {
    if (line.read(bytes, 0, bytes.length) === 'record') print(line);
  }
  return output.flush();
}

async function showNew(
  file: string,
  from: { readonly segment: OpenSegment; readonly at: number } | undefined,
  { output, print, fits, skipped, query }: Show,
): Promise<number> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop);
  const reader: Reader = {
    onRecord: (line) => {
      if (fits(line)) print(line);
    },
    onSkipped: () => {
      skipped.foreign++;
    },
    between: () => output.flush(),
    needles: grepNeedles(query.grep),
  };
  await follow(file, { reader, from, signal: interrupted.signal });
  process.off('SIGINT', stop);
  return interrupted.signal.aborted ? 130 : 0;
}
