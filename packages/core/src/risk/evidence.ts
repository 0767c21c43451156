import { createRedactor } from '../redact.ts';

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

const evidenceCharsMax = 80;
/** Read beyond what is shown, so that a secret that is cut is still known for one. */
const lookAheadChars = 1_000;
/** Families whose evidence is itself what must not be shown. */
const hidden = /^(?:secrets|personal)\./;

const redactor = createRedactor();

/** What was matched, cut short, with every secret replaced: those that `found` tells of, and those of known formats. */
export function evidenceOf(text: string, { start, end, rule }: Stretch, found: readonly Stretch[]): string {
  if (hidden.test(rule)) return placeholder(rule);
  let shown = '';
  let at = start;
  const until = Math.min(end, start + lookAheadChars);
  const secrets = found.filter((other) => hidden.test(other.rule) && other.start < until && other.end > start);
  for (const secret of secrets.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (secret.end <= at) continue;
    shown += text.slice(at, Math.max(at, secret.start)) + placeholder(secret.rule);
    at = secret.end;
  }
  shown += text.slice(at, Math.max(at, until));
  return (redactor.may(shown) ? redactor.text(shown).text : shown).slice(0, evidenceCharsMax);
}

function placeholder(rule: string): string {
  return `[redacted:${rule.slice(rule.indexOf('.') + 1)}]`;
}
