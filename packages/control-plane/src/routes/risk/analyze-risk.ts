import { analyzeRisk } from '@kilometers/core/api/risk.ts';
import { createEngine } from '@kilometers/core/risk/assess.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import type { Subject } from '@kilometers/core/risk/surfaces.ts';
import { tierHas } from '@kilometers/core/tiers.ts';
import { Refusal } from '../../problem.ts';
import { route } from '../../route.ts';

/** The engine that km has, run here for a km that was told to ask. Keeps nothing of what it is shown. */
export function analyzeRiskRoute() {
  const engine = createEngine();
  return route(analyzeRisk, async ({ caller, body }) => {
    if (!tierHas(caller.tier, 'risk_analysis')) throw new Refusal('tier.insufficient');
    return answerOf(assess(engine, body as RiskBody)); // A union of loose objects; told apart by `message`.
  });
}

type RiskBody =
  | { readonly command: string; readonly args: readonly string[] }
  | { readonly message: Subject['rpc']; readonly session: Pick<Subject, 'dir' | 'asked'> };

function assess(engine: ReturnType<typeof createEngine>, body: RiskBody): Assessment {
  if ('message' in body) {
    const { dir, asked } = body.session;
    return engine.assess({ dir, rpc: body.message, ...(asked && { asked }) });
  }
  return engine.assessText({ surface: 'shell', text: [body.command, ...body.args].join(' ') });
}

function answerOf({ score, level, findings, recommendation }: Assessment) {
  const safer = findings.find(({ suggestion }) => suggestion !== undefined);
  return {
    risk_score: score,
    risk_level: level,
    recommendation,
    details: findings.map(({ rule, reason, weight, owasp }) => ({ rule, reason, weight, owasp })),
    suggested_transform: safer?.suggestion ? { pointer: safer.at.pointer, text: safer.suggestion.text } : null,
  };
}
