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

/** One assessment of all that was found in a message. */
export function combine(findings: readonly Finding[]): Assessment {
  const sorted = [...findings].sort((a, b) => b.weight - a.weight);
  const heaviest = new Map<string, number>();
  for (const { rule, weight } of sorted) {
    const family = rule.split('.')[0] as string;
    if (!heaviest.has(family)) heaviest.set(family, weight);
  }
  const safe = [...heaviest.values()].slice(0, familiesMax).reduce((product, weight) => product * (1 - weight), 1);
  const score = Math.round((1 - safe) * 1_000) / 1_000;
  return { score, level: levelOf(score), findings: sorted, recommendation: recommend(score) };
}

function levelOf(score: number): RiskLevel {
  return levelFrom.find(([, from]) => score >= from)?.[0] ?? 'none';
}

function recommend(score: number): Assessment['recommendation'] {
  if (score >= 0.8) return 'block';
  return score >= 0.4 ? 'review' : 'allow';
}
