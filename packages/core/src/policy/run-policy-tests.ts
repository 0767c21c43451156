import type { Assessment, Finding } from '../risk/finding.ts';
import { policyInput } from './input.ts';
import type { Policy, PolicyDecision, PolicyInput } from './policy.ts';
import type { PolicyTest } from './policy-file.ts';

/** How a test of a policy went. */
export interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: { readonly action: string; readonly rule?: string | undefined };
  readonly got: Pick<PolicyDecision, 'action' | 'rule' | 'reason'>;
}

/** Puts each test's message before the policy. */
export function runPolicyTests(policy: Policy, tests: readonly PolicyTest[]): readonly TestResult[] {
  return tests.map((test) => {
    const { action, rule, reason } = policy.decide(inputOf(test));
    const passed = action === test.expect && (test.rule === undefined || test.rule === rule);
    return {
      name: test.name,
      passed,
      expected: { action: test.expect, rule: test.rule },
      got: { action, rule, reason },
    };
  });
}

function inputOf({ message, dir, launch, asked, server, risk }: PolicyTest): PolicyInput {
  const surroundings = {
    session: { name: 'test', tags: {} },
    server: { name: server, command: server },
    risk: assessmentOf(risk),
  };
  if (launch) return { kind: 'launch', dir: 'c2s', method: '', message, ...surroundings };
  const isAnswer = message.method === undefined;
  return policyInput({
    dir: dir ?? (isAnswer ? 's2c' : 'c2s'),
    rpc: { ...(needsId(message) && { id: 1 }), ...message },
    ...(asked && { asked: { method: asked.method, ...(asked.tool !== undefined && { target: asked.tool }) } }),
    ...surroundings,
  });
}

/** In a test nobody wants to write ids; what is no notification by its name is a request. */
function needsId({ method }: PolicyTest['message']): boolean {
  return typeof method === 'string' && !method.startsWith('notifications/');
}

function assessmentOf(risk: PolicyTest['risk']): Assessment {
  const score = risk?.score ?? 0;
  // A score without findings does not happen; the preset looks at both.
  const names = risk?.findings.length === 0 && score > 0 ? ['test.finding'] : (risk?.findings ?? []);
  const findings = names.map((rule) => findingOf(rule, score));
  const level =
    score >= 0.9 ? 'critical' : score >= 0.7 ? 'high' : score >= 0.4 ? 'medium' : score >= 0.1 ? 'low' : 'none';
  return { score, level, findings, recommendation: 'allow' };
}

function findingOf(rule: string, weight: number): Finding {
  const at = { pointer: '', start: 0, end: 0 };
  return { rule, owasp: 'MCP05:2025', weight, reason: `The test says ${rule}.`, evidence: '', at };
}
