import type { Exchange } from '../message/exchange.ts';
import type { Message, Rpc } from '../message/message.ts';
import { type Decision, isStopped, type Outcome } from '../pipeline/filter.ts';
import type { Tone } from './paint.ts';
import { fit, printable } from './printable.ts';
import { duration, size } from './units.ts';

/** A message in one line: `✗ #7 tools/call read_text_file   blocked: private SSH key (deny-files)`. */
export interface Head {
  readonly mark: '→' | '←' | '✗';
  readonly title: string;
  readonly notes: readonly Note[];
  /** What the line did; undefined on the head of a batch. */
  readonly exchange: Exchange | undefined;
}

export interface Note {
  readonly text: string;
  readonly tone: Tone;
}

export type Redact = (text: string) => string;

/** Longest a name or a reason is shown, in columns: both ends choose them, and may choose to be a nuisance. */
const nameColumnsMax = 80;
const reasonColumnsMax = 200;

/** One head, or for a batch one for the whole and one for each element. Printable and redacted. */
export function messageHeads(outcome: Outcome, redact: Redact): readonly Head[] {
  const { message, exchanges } = outcome;
  const mark = markOf(outcome);
  const heads = exchanges.map((exchange, at) => ({
    mark,
    title: titleOf(exchange, redact),
    notes: exchangeNotes(exchange, message.all[at], redact),
    exchange,
  }));
  const said = outcomeNotes(outcome, redact);
  const [first] = heads;
  if (first && message.kind !== 'batch') return [{ ...first, notes: [...said, ...first.notes] }];
  return [{ mark, title: lineTitle(message, exchanges.length), notes: said, exchange: undefined }, ...heads];
}

/** A line that is no single message. */
function lineTitle({ kind, reading, bytes }: Message, elements: number): string {
  if (kind === 'blank') return 'blank line';
  return kind === 'batch' ? `batch of ${elements}` : `not a message (${reading.opaque}), ${size(bytes)}`;
}

function markOf(seen: Outcome): Head['mark'] {
  const { message, outcome } = seen;
  if (isStopped(seen) || outcome === 'undelivered') return '✗';
  return message.dir === 'c2s' ? '→' : '←';
}

function titleOf({ id, method, tool, ms }: Exchange, redact: Redact): string {
  const names = [method, tool].flatMap((name) => (name === undefined ? [] : [shortened(name, nameColumnsMax, redact)]));
  // As in JSON, so that the number 1 and the string "1" look different.
  if (id !== undefined) names.unshift(`#${shortened(JSON.stringify(id), nameColumnsMax, redact)}`);
  if (ms !== undefined) names.push(duration(ms));
  return names.join(' ');
}

/** Redacts first: half a secret would not be recognised. */
function shortened(text: string, columns: number, redact: Redact): string {
  return fit(printable(redact(text)), columns);
}

const said: Record<Decision['verdict'], Note> = {
  pass: { text: 'noted', tone: 'notable' },
  replace: { text: 'changed', tone: 'notable' },
  block: { text: 'blocked', tone: 'bad' },
  ask: { text: 'asked', tone: 'notable' },
  unjudged: { text: 'unjudged', tone: 'notable' },
};

function outcomeNotes({ outcome, decisions, risk }: Outcome, redact: Redact): Note[] {
  const notes = decisions.map(({ verdict, by, reason }) => {
    const score = by === 'risk' && risk ? ` ${risk.score.toFixed(2)}` : '';
    const why = reason === undefined ? '' : `: ${shortened(reason, reasonColumnsMax, redact)}`;
    return {
      text: `${said[verdict].text}${score}${why} (${shortened(by, nameColumnsMax, redact)})`,
      tone: said[verdict].tone,
    };
  });
  if (outcome === 'undelivered') notes.unshift({ text: 'undelivered', tone: 'bad' });
  return notes;
}

function exchangeNotes({ status, oddity }: Exchange, rpc: Rpc | undefined, redact: Redact): Note[] {
  const notes: Note[] = [];
  if (status === 'error') notes.push({ text: errorText(rpc?.error, redact), tone: 'bad' });
  if (status === 'tool_error') notes.push({ text: 'tool error', tone: 'bad' });
  if (status === 'input_required') notes.push({ text: 'needs input', tone: 'aside' });
  if (status === 'task') notes.push({ text: 'goes on as a task', tone: 'aside' });
  if (oddity === 'late') notes.push({ text: 'late', tone: 'notable' });
  if (oddity === 'cancelled') notes.push({ text: 'cancelled before', tone: 'notable' });
  if (oddity === 'unpaired') notes.push({ text: 'no such request', tone: 'notable' });
  return notes;
}

function errorText(error: unknown, redact: Redact): string {
  if (typeof error !== 'object' || error === null) return 'error';
  const { code, message } = error as { code?: unknown; message?: unknown }; // Any object has these, perhaps undefined.
  const number = typeof code === 'number' ? ` ${code}` : '';
  const text = typeof message === 'string' ? `: ${shortened(message, reasonColumnsMax, redact)}` : '';
  return `error${number}${text}`;
}
