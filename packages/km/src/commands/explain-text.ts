import { type Preset, presets } from '@kilometers/core/policy/preset.ts';
import { type Assessment, type Finding, owaspMcp } from '@kilometers/core/risk/finding.ts';
import { visible } from '../log/table.ts';

/** What is explained. */
export interface Explained {
  readonly assessment: Assessment;
  /** What a preset would do with it. */
  readonly actions: Readonly<Record<Preset, string>>;
  /** The string in which a finding stands; undefined where the message has none there. */
  textAt(pointer: string): string | undefined;
}

/** How a score came about, for people. */
export function explainText({ assessment, actions, textAt }: Explained): string {
  const { score, level, findings, more = 0, unjudged = [] } = assessment;
  const lines = [
    `score  ${score.toFixed(2)}  ${level}`,
    ...(unjudged.length > 0
      ? ['', `These failed, and what they would have said is missing: ${unjudged.join(', ')}.`]
      : []),
    ...findings.flatMap((finding) => ['', ...findingLines(finding, textAt(finding.at.pointer))]),
    ...(more > 0 ? ['', `And ${more} lighter ones.`] : []),
    ...(findings.length > 0 ? ['', 'How the score comes about', ...sumLines(assessment)] : ['', 'Nothing was found.']),
    '',
    'What km monitor would do',
    ...presets.map((preset) => `  ${preset.padEnd(10)}${actions[preset]}`),
  ];
  return `${lines.join('\n')}\n`;
}

function findingLines(
  { rule, owasp, weight, reason, evidence, at, suggestion }: Finding,
  text: string | undefined,
): string[] {
  const { pointer, start, end } = at;
  const shown =
    text === undefined || end <= start || isHidden(rule) ? [`“${visible(evidence)}”`] : underlined(text, start, end);
  return [
    `  ${weight.toFixed(2)}  ${rule}  (${owasp.slice(0, 5)} ${owaspMcp[owasp]})${pointer === '' ? '' : `  ${visible(pointer)}`}`,
    `        ${visible(reason)}`,
    ...shown.map((line) => `          ${line}`),
    ...(suggestion === undefined ? [] : [`        Safer: ${visible(suggestion.what)}`]),
  ];
}

/** The finding is a secret or a person's data: the terminal does not show it either. */
function isHidden(rule: string): boolean {
  return /^(?:secrets|personal)\./.test(rule);
}

const contextChars = 30;
const markedCharsMax = 60;

/** The place within its line, with a mark below it. */
function underlined(text: string, start: number, end: number): [string, string] {
  const from = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - contextChars);
  const marked = visible(text.slice(start, Math.min(end, start + markedCharsMax)));
  const lineEnd = text.indexOf('\n', end);
  const after = text.slice(start + Math.min(end - start, markedCharsMax), lineEnd < 0 ? undefined : lineEnd);
  const before = visible(text.slice(from, start));
  return [
    `${before}${marked}${visible(after.slice(0, contextChars))}`,
    `${' '.repeat(before.length)}${'^'.repeat(marked.length)}`,
  ];
}

/** The heaviest of each family counts; the families, three at most, add up as odds do. */
function sumLines({ findings, score }: Assessment): string[] {
  const families = new Map<string, number>();
  for (const { rule, weight } of findings) {
    const [family = rule] = rule.split('.');
    if (!families.has(family)) families.set(family, weight);
  }
  const counted = [...families].slice(0, 3);
  const rows = counted.map(([family, weight]) => `  ${family.padEnd(14)}${weight.toFixed(2)}`);
  const factors = counted.map(([, weight]) => `(1 − ${weight.toFixed(2)})`).join(' × ');
  const left =
    families.size > counted.length ? [`  ${families.size - counted.length} more families, which do not count`] : [];
  return [...rows, ...left, `  1 − ${factors} = ${score.toFixed(2)}`];
}
