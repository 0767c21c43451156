import type { After } from '../after.ts';
import { type Filter, isStopped, type Outcome } from '../pipeline/filter.ts';
import { type BannerFacts, bannerFields, bannerRows } from './banner.ts';
import { figuresLine } from './figures.ts';
import { createLiveLine, noLiveLine } from './live-line.ts';
import type { Redact } from './message-heads.ts';
import { type Detail, type Look, messageFields, messageRows } from './message-rows.ts';
import { coloured, plain } from './paint.ts';
import { printable, printableJson } from './printable.ts';
import { type SummaryFacts, summaryFields, summaryRows } from './summary.ts';
import { count, emptyTally } from './tally.ts';

/** All that `km monitor` has to say, on stderr: rows for a person on a terminal, lines of JSON otherwise. */
export interface Screen {
  banner(facts: BannerFacts): void;
  /** Counts every message; prints each when asked to. */
  readonly filter: Filter;
  /** What the server says on its stderr, byte for byte. km prints its own only between whole lines of it. */
  passThrough(chunk: Uint8Array): void;
  /** Something is wrong that does not end the session. */
  fault(message: string): void;
  /** Something the user asked to be told. */
  note(message: string): void;
  /** The last word: takes the live line away for good. */
  summary(end: SummaryFacts): void;
}

export interface ScreenOptions {
  /** Whether `write` ends on a terminal. */
  readonly terminal: boolean;
  /** Whether to draw the live line. Only where stdin and stdout are no terminals: what is typed or printed there would share its row. */
  readonly live: boolean;
  readonly columns: () => number;
  readonly colour: boolean;
  readonly verbose: 0 | Detail;
  readonly write: (text: string | Uint8Array) => void;
  readonly clock: ScreenClock;
  readonly after: After;
  readonly redact: Redact;
}

interface ScreenClock {
  /** Milliseconds since the epoch. */
  readonly time: () => number;
  /** Milliseconds on a clock that never goes back. */
  readonly at: () => number;
}

/** How much of a body's beginning is shown where there is no terminal to measure. */
const columnsOffTerminal = 200;

export function openScreen(options: ScreenOptions): Screen {
  const { terminal, verbose, clock, redact } = options;
  const paint = options.colour ? coloured : plain;
  const tally = emptyTally();
  const startedAt = clock.at();
  // Some pseudo-terminals say that they have no columns.
  const columns = () => (terminal ? options.columns() || 80 : columnsOffTerminal);
  const paper = openPaper(options, columns, (room) => figuresLine(tally, room, paint));

  return {
    banner(facts) {
      if (terminal) paper.print(bannerRows(facts, paint));
      else sayJson('info', clock.time(), bannerFields(facts));
    },

    filter: {
      name: 'screen',
      onFailure: 'pass',
      watch(outcome) {
        count(tally, outcome);
        if (verbose === 0 && !isStopped(outcome)) paper.changed();
        else printMessage(outcome, { detail: verbose || 1, columns: columns(), redact });
      },
    },

    passThrough: paper.passThrough,

    fault(message) {
      if (terminal) paper.print([`${paint('notable', 'warning:')} ${printable(message)}`]);
      else sayJson('warn', clock.time(), { message });
    },

    note(message) {
      if (terminal) paper.print([printable(message)]);
      else sayJson('info', clock.time(), { message });
    },

    summary(end) {
      const ms = clock.at() - startedAt;
      paper.endLive();
      if (terminal) paper.print(summaryRows(end, tally, ms, paint));
      else sayJson('info', clock.time(), summaryFields(end, tally, ms));
    },
  };

  function printMessage(outcome: Outcome, look: Look): void {
    if (terminal) {
      paper.print(messageRows(outcome, look, paint));
      return;
    }
    const level = isStopped(outcome) || outcome.outcome === 'undelivered' ? 'warn' : 'info';
    for (const fields of messageFields(outcome, look, plain)) sayJson(level, outcome.message.time, fields);
  }

  function sayJson(level: 'info' | 'warn', time: number, fields: { readonly message: string }): void {
    const line = { timestamp: new Date(time).toISOString(), level, target: 'monitor', ...fields };
    paper.print([printableJson(line)]);
  }
}

/** Where rows go: keeps the live line, the server's stderr and km's own rows out of each other's way. */
function openPaper(
  { terminal, live: wanted, write, after }: ScreenOptions,
  columns: () => number,
  compose: (columns: number) => { text: string; width: number },
) {
  let atLineStart = true;
  const live =
    terminal && wanted ? createLiveLine({ columns, after, write, compose, mayDraw: () => atLineStart }) : noLiveLine;

  return {
    changed: live.changed,
    endLive: live.stop,

    print(rows: readonly string[]): void {
      write(`${atLineStart ? live.erased() : '\n'}${rows.join('\n')}\n`);
      atLineStart = true;
      live.changed();
    },

    passThrough(chunk: Uint8Array): void {
      if (chunk.length === 0) return;
      const erased = live.erased();
      if (erased !== '') write(erased);
      write(chunk);
      atLineStart = chunk.at(-1) === 0x0a;
      live.changed();
    },
  };
}
