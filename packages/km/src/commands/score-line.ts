import type { Engine } from '@kilometers/core/risk/assess.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import { type Judged, readRiskItem } from './risk-item.ts';

/** The line that answers one line. */
export interface Scored {
  /** JSON, without a newline. */
  readonly line: string;
  /** False for a line that could not be judged; `line` says why. */
  readonly judged: boolean;
}

/** Judges one JSON line: `{"score","level","findings"}`, or `{"error"}`. Never throws. */
export function scoreLine(judge: (item: Judged) => Assessment, line: string): Scored {
  const item = readRiskItem(line);
  if (item.kind === 'none') return failed(item.error);
  try {
    const assessment = judge(item);
    // A score from which a detector's say is missing looks like any other: it would be taken for a whole one.
    if (assessment.unjudged) return failed(`This could not be judged: ${assessment.unjudged.join(', ')} failed.`);
    return { line: JSON.stringify(verdictOf(assessment)), judged: true };
  } catch (error) {
    // One line that the engine cannot take must not cost the answers to all that follow.
    return failed(`This could not be judged: ${error instanceof Error ? error.message : error}`);
  }
}

function failed(error: string): Scored {
  return { line: JSON.stringify({ error }), judged: false };
}

/** Judges each item by itself. */
export function singleJudge(engine: Engine): (item: Judged) => Assessment {
  return (item) => (item.kind === 'text' ? engine.assessText(item.passage) : engine.assess(item.subject));
}

/** What is printed of an assessment: stable names, for programs. */
export function verdictOf({ score, level, findings }: Assessment): object {
  const shown = findings.map(({ rule, owasp, weight, reason, evidence, at }) => ({
    ...{ rule, owasp, weight, reason, evidence, at },
  }));
  return { score, level, findings: shown };
}
