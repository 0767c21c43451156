import type { Assessment, Finding, RiskLevel } from './finding.ts';

/** Lowest score of each level. */
const levelFrom: readonly (readonly [RiskLevel, number])[] = [
  ['critical', 0.9],
  ['high', 0.7],
  ['medium', 0.4],
  ['low', 0.1],
];

/** Findings of one family say the same thing twice, so only the heaviest of each counts; the families add up as odds do. */
const familiesMax = 3;

const findingsMax = 50;

/** One assessment of all that was found in a message, the same in whatever order it was found. */
export function combine(findings: readonly Finding[]): Assessment {
  const sorted = [...findings].sort(byWeight);
  const heaviest = new Map<string, number>();
  for (const { rule, weight } of sorted) {
    const family = rule.split('.')[0] as string;
    if (!heaviest.has(family)) heaviest.set(family, weight);
  }
  const safe = [...heaviest.values()].slice(0, familiesMax).reduce((product, weight) => product * (1 - weight), 1);
  const score = Math.round((1 - safe) * 1_000) / 1_000;
  const kept = {
    score,
    level: levelOf(score),
    findings: sorted.slice(0, findingsMax),
    recommendation: recommend(score),
  };
  return sorted.length > findingsMax ? { ...kept, more: sorted.length - findingsMax } : kept;
}

/** Heaviest first; the rest only makes the order the same each time. */
function byWeight(a: Finding, b: Finding): number {
  return (
    b.weight - a.weight ||
    compare(a.rule, b.rule) ||
    compare(a.at.pointer, b.at.pointer) ||
    a.at.start - b.at.start ||
    a.at.end - b.at.end
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function levelOf(score: number): RiskLevel {
  return levelFrom.find(([, from]) => score >= from)?.[0] ?? 'none';
}

function recommend(score: number): Assessment['recommendation'] {
  if (score >= 0.8) return 'block';
  return score >= 0.4 ? 'review' : 'allow';
}
