import { partsOf } from './query.ts';
import type { RecordLine } from './record-line.ts';
import { wasStopped } from './was-stopped.ts';

/** Writes a record for a person: one line, and one more for each element of a batch, each decision and each finding. */
export type RowWriter = (line: RecordLine) => string;

type Paint = (text: string) => string;

/** One line a record, in columns. A new day gets a line of its own, so that times can stay short. */
export function tableRows({ colour }: { readonly colour: boolean }): RowWriter {
  const paint = painter(colour);
  let day = '';
  return (line) => {
    const date = new Date(line.text('ts') ?? '');
    const today = dayOf(date);
    const head = today === day ? '' : `${paint.dim(today)}\n`;
    day = today;
    return `${head}${row(line, clockOf(date), paint)}\n${partRows(line)}${noteRows(line)}`;
  };
}

/** The record as indented JSON. Invisible characters are written out, as JSON allows: nothing can play with the terminal. */
export function prettyRow(line: RecordLine): string {
  const text = JSON.stringify(line.whole(), undefined, 2);
  return `${text.split('\n').map(visible).join('\n')}\n`;
}

type Painter = ReturnType<typeof painter>;

function row(line: RecordLine, time: string, paint: Painter): string {
  const state = stateOf(line);
  const columns = [
    paint.dim(time),
    fit(line.text('server') ?? '', 14),
    arrowOf(line),
    fit(idOf(line), 6),
    ...whatOf(line),
    stateColour(state, line, paint)(fit(state, 17)),
    (line.number('ms') === undefined ? '' : duration(line.number('ms') as number)).padStart(8),
    (line.number('bytes') === undefined ? '' : size(line.number('bytes') as number)).padStart(9),
  ];
  return columns.join(' ').trimEnd();
}

function partRows(line: RecordLine): string {
  const rows = partsOf(line).map(({ id, kind, method, tool, status, ms }) => {
    const label = id === undefined ? '' : `#${id}`;
    const columns = [fit(label, 6), fit(method ?? kind ?? '', 26), fit(tool ?? '', 24), fit(status ?? '', 14)];
    const time = (typeof ms === 'number' ? duration(ms) : '').padStart(8);
    return `${' '.repeat(28)}· ${[...columns, time].join(' ').trimEnd()}\n`;
  });
  return rows.join('');
}

/** Why km did what it did: what filters said, then what risk analysis found, unless that is the same sentence. */
function noteRows(line: RecordLine): string {
  const decisions = objectsOf(line, 'by').map(({ by, verdict, reason }) => ({ head: `${verdict} by ${by}`, reason }));
  const said = new Set(decisions.map(({ reason }) => reason));
  const findings = objectsOf(line, 'findings').filter(({ reason }) => !said.has(reason));
  const found = findings.map(({ rule, weight, reason }) => ({ head: `${Number(weight).toFixed(2)} ${rule}`, reason }));
  const notes = [...decisions, ...found].map(({ head, reason }) =>
    visible(reason === undefined ? head : `${head}: ${reason}`),
  );
  return notes.map((note) => `${' '.repeat(28)}· ${note}\n`).join('');
}

/** The objects of a list; a record may have been written by another program. */
function objectsOf(line: RecordLine, field: 'by' | 'findings'): readonly Readonly<Record<string, unknown>>[] {
  const value = line.has(field) ? line.value(field) : [];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

function arrowOf(line: RecordLine): string {
  const dir = line.text('dir');
  if (wasStopped(line.text('outcome'))) return '✗';
  return dir === 'c2s' ? '→' : dir === 's2c' ? '←' : '·';
}

function idOf(line: RecordLine): string {
  return line.has('id') ? `#${String(line.value('id'))}` : '';
}

/** The columns for method and tool; kinds that have neither use both for what they say. */
function whatOf(line: RecordLine): readonly string[] {
  const method = line.text('method');
  if (method !== undefined) return [fit(method, 26), fit(line.text('tool') ?? '', 24)];
  return [fit(`${line.text('kind')} ${detailOf(line)}`.trimEnd(), 51)];
}

function detailOf(line: RecordLine): string {
  switch (line.text('kind')) {
    case 'stderr':
      return line.text('text') ?? '';
    case 'opaque':
      return line.text('opaque') ?? '';
    case 'batch':
      return `of ${partsOf(line).length}`;
    case 'gap':
      return `${line.number('from')}–${line.number('to')} lost: ${line.text('reason') ?? 'unknown'}`;
    case 'trim':
      return `of ${line.text('of') ?? ''}: ${line.text('reason') ?? 'retention'}`;
    case 'end':
      return `after ${line.number('count')} records`;
    case 'session':
      return line.text('session') ?? '';
    default:
      return '';
  }
}

function stateOf(line: RecordLine): string {
  const outcome = line.text('outcome');
  const isPlain = outcome === undefined || outcome === 'forwarded';
  const state = isPlain ? (line.text('status') ?? '') : wasStopped(outcome) ? 'blocked' : outcome;
  const risk = line.number('risk');
  const marks = [line.flag('late') && 'late', line.flag('cancelled') && 'cancelled', risk && `risk ${risk.toFixed(2)}`];
  return [state, ...marks.filter((mark) => typeof mark === 'string')].filter((mark) => mark !== '').join(' ');
}

function stateColour(state: string, line: RecordLine, paint: Painter): Paint {
  if (/blocked|error|undelivered/.test(state)) return paint.red;
  return line.flag('late') || line.has('risk') ? paint.yellow : paint.none;
}

function painter(colour: boolean): Readonly<Record<'dim' | 'red' | 'yellow' | 'none', Paint>> {
  const sgr = (code: number): Paint => (colour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
  return { dim: sgr(2), red: sgr(31), yellow: sgr(33), none: (text) => text };
}

/** Pads to a column; what is longer is cut, and cannot move the cursor or turn the reading direction. */
function fit(text: string, width: number): string {
  const shown = visible(text);
  return shown.length > width ? `${shown.slice(0, width - 1)}…` : shown.padEnd(width);
}

/** Names and texts come from servers: control characters and invisible ones are written out. */
export function visible(text: string): string {
  const spell = (char: string): string =>
    Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, spell);
}

function dayOf(date: Date): string {
  return Number.isNaN(date.getTime())
    ? '(no date)'
    : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function clockOf(date: Date): string {
  if (Number.isNaN(date.getTime())) return '--:--:--.---';
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `3.2 ms`, `120 ms`, `4.5 s`. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(0)} s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}

/** `512 B`, `1.2 KB`, `3.4 MB`: in steps of 1,024. */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1_024 && unit < units.length - 1; unit++) value /= 1_024;
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}
