import type { LogRecord } from '@kilometers/core/record.ts';
import type { Field, RecordLine } from './record-line.ts';
import { wasStopped } from './was-stopped.ts';

/** Which records are wanted. Values of one key are alternatives; different keys must all fit. */
export interface Query {
  readonly session?: readonly string[] | undefined;
  readonly run?: readonly string[] | undefined;
  readonly server?: readonly string[] | undefined;
  readonly dir?: readonly string[] | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly method?: readonly string[] | undefined;
  readonly tool?: readonly string[] | undefined;
  /** As typed: `7` finds the number and the string. */
  readonly id?: readonly string[] | undefined;
  /** What km did with the message, or how the call stands. */
  readonly outcome?: readonly string[] | undefined;
  readonly riskMin?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Milliseconds since the epoch; a record of this very moment is not wanted any more. */
  readonly until?: number | undefined;
  /** Text that stands anywhere in the record. */
  readonly grep?: readonly string[] | undefined;
}

type Test = (line: RecordLine) => boolean;
type Part = NonNullable<LogRecord['parts']>[number];

/** Makes the test for a query. The elements of a batch count as messages of their own. */
export function matcher(query: Query): Test {
  const tests = [...timeTests(query), ...headTests(query), ...messageTests(query)];
  const needles = grepNeedles(query.grep);
  if (needles) tests.push((line) => needles.some((needle) => line.bytes.includes(needle)));
  return (line) => tests.every((test) => test(line));
}

/** The bytes to look for: the text as typed, and as it is written inside a JSON string. */
export function grepNeedles(texts: readonly string[] | undefined): Buffer[] | undefined {
  if (!texts || texts.length === 0) return undefined;
  const spellings = texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  return [...new Set(spellings)].map((text) => Buffer.from(text));
}

function timeTests({ since, until }: Query): Test[] {
  const tests: Test[] = [];
  if (since !== undefined) tests.push(timeTest(since, (time, limit) => time >= limit));
  if (until !== undefined) tests.push(timeTest(until, (time, limit) => time < limit));
  return tests;
}

/** Times of one shape order like their text; any other is worth a `Date`. */
function timeTest(limit: number, fits: <T extends number | string>(time: T, limit: T) => boolean): Test {
  const text = new Date(limit).toISOString();
  return (line) => {
    const ts = line.text('ts') ?? '';
    return ts.length === text.length && ts.endsWith('Z') ? fits(ts, text) : fits(Date.parse(ts), limit);
  };
}

function headTests(query: Query): Test[] {
  const fields = ['session', 'run', 'server', 'dir'] as const satisfies readonly Field[];
  const tests: Test[] = fields.flatMap((field) => {
    const wanted = query[field];
    return wanted ? [(line: RecordLine) => includes(wanted, line.text(field))] : [];
  });
  const { riskMin } = query;
  if (riskMin !== undefined) tests.push((line) => (line.number('risk') ?? -1) >= riskMin);
  return tests;
}

/** What a batch may answer by any of its elements, all of it by the same one. */
function messageTests({ kind, method, tool, id, outcome }: Query): Test[] {
  if (!(kind ?? method ?? tool ?? id ?? outcome)) return [];
  const fitsRecord: Test = (line) =>
    (!kind || includes(kind, line.text('kind'))) &&
    (!method || includes(method, line.text('method'))) &&
    (!tool || includes(tool, line.text('tool'))) &&
    (!id || (line.has('id') && id.includes(String(line.value('id'))))) &&
    (!outcome || fitsOutcome(outcome, line) || includes(outcome, line.text('status')));
  const fitsPart = (part: Part, line: RecordLine): boolean =>
    (!kind || includes(kind, part.kind)) &&
    (!method || includes(method, part.method)) &&
    (!tool || includes(tool, part.tool)) &&
    (!id || id.includes(String(part.id))) &&
    (!outcome || includes(outcome, part.status) || fitsOutcome(outcome, line));
  return [(line) => fitsRecord(line) || partsOf(line).some((part) => fitsPart(part, line))];
}

/** Who asks for what was blocked wants the requests too, which km has answered. */
function fitsOutcome(wanted: readonly string[], line: RecordLine): boolean {
  const outcome = line.text('outcome');
  return includes(wanted, outcome) || (wanted.includes('blocked') && wasStopped(outcome));
}

function includes(wanted: readonly string[], value: string | undefined): boolean {
  return value !== undefined && wanted.includes(value);
}

/** The elements of a batch; none for any other record. */
export function partsOf(line: RecordLine): readonly Part[] {
  const parts = line.has('parts') ? line.value('parts') : undefined;
  const isObject = (part: unknown): part is Part => typeof part === 'object' && part !== null;
  return Array.isArray(parts) ? parts.filter(isObject) : [];
}
