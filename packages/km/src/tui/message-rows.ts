import type { Outcome } from '../pipeline/filter.ts';
import { bodyStart, wholeBody } from './message-body.ts';
import { type Head, messageHeads, type Redact } from './message-heads.ts';
import type { Paint } from './paint.ts';
import { size } from './units.ts';

/** How much of a message to show: heads; the beginning of bodies too; whole bodies and diagnostics. */
export type Detail = 1 | 2 | 3;

export interface Look {
  readonly detail: Detail;
  readonly columns: number;
  readonly redact: Redact;
}

/** A message for people: `[14:30:15] ← #1 initialize 12 ms`, and its body as far as it is wanted. */
export function messageRows(outcome: Outcome, look: Look, paint: Paint): string[] {
  const { message, replacement } = outcome;
  const clock = paint('aside', `[${new Date(message.time).toTimeString().slice(0, 8)}]`);
  const indented = { ...look, columns: look.columns - 2 };
  return [
    ...messageHeads(outcome, look.redact).map((head) => `${clock} ${headText(head, paint)}${diagnostics()}`),
    ...body(message.raw, ''),
    ...body(replacement, 'became '),
  ];

  function diagnostics(): string {
    if (look.detail < 3) return '';
    const call = outcome.exchanges[0]?.call;
    return paint('aside', `   seq ${outcome.seq}${call === undefined ? '' : ` call ${call}`} ${size(message.bytes)}`);
  }

  function body(bytes: Uint8Array | undefined, before: string): string[] {
    const text = bodyText(bytes, { ...indented, columns: indented.columns - before.length });
    return text === undefined ? [] : [paint('aside', `  ${before}${text}`)];
  }
}

/** A message for programs: one object for each head, to be written as a line of JSON. */
export function messageFields(outcome: Outcome, look: Look, paint: Paint) {
  const { message, seq, replacement } = outcome;
  return messageHeads(outcome, look.redact).map((head, at) => ({
    message: headText(head, paint),
    dir: message.dir,
    kind: head.exchange?.kind ?? message.kind,
    outcome: outcome.outcome,
    seq,
    ms: head.exchange?.ms,
    status: head.exchange?.status,
    ...(look.detail === 3 && { call: head.exchange?.call, bytes: message.bytes }),
    ...(at === 0 && { body: bodyText(message.raw, look), became: bodyText(replacement, look) }),
  }));
}

function headText({ mark, title, notes }: Head, paint: Paint): string {
  const sign = mark === '✗' ? paint('bad', mark) : mark;
  return `${sign} ${title}${notes.map(({ text, tone }) => `   ${paint(tone, text)}`).join('')}`;
}

function bodyText(bytes: Uint8Array | undefined, { detail, columns, redact }: Look): string | undefined {
  if (detail === 1 || bytes === undefined || bytes.length === 0) return undefined;
  return detail === 2 ? bodyStart(bytes, columns, redact) : wholeBody(bytes, redact);
}
