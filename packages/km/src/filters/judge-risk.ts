import { policyInput } from '@kilometers/core/policy/input.ts';
import type { Policy, PolicyDecision, PolicyInput } from '@kilometers/core/policy/policy.ts';
import type { Engine } from '@kilometers/core/risk/assess.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import type { Subject } from '@kilometers/core/risk/surfaces.ts';
import type { Rpc } from '../message/message.ts';
import { type Asked, block, type Filter, type Verdict } from '../pipeline/filter.ts';
import { editToolList, type ToolListing } from './edit-tool-list.ts';
import { redacted, transformed } from './safer-form.ts';

export interface JudgeRiskParts {
  readonly engine: Engine;
  readonly policy: Policy;
  /** False where only notes are taken: then nothing is ever stopped, and no line refused. */
  readonly enforces: () => boolean;
  /** What is known of the session by now: the client says who it is when it begins. */
  readonly session: () => PolicyInput['session'];
  readonly server: PolicyInput['server'];
  readonly listing: ToolListing;
}

/**
 * Has each message scored by the risk engine, asks the policy what to do about it, and does it.
 *
 * Tool lists are edited tool by tool, so that one poisoned tool does not take the others with it. What the engine learns from
 * a message it learns here: what was stopped taught nobody anything.
 */
export function judgeRisk({ engine, policy, enforces, session, server, listing }: JudgeRiskParts): Filter {
  const hidden = new Set<string>();
  return {
    name: 'risk',
    get onFailure() {
      return policy.onFailure;
    },
    get enforces() {
      return enforces();
    },
    judge({ dir, rpc }, { asked, risk: before }) {
      if (rpc === undefined) return { kind: 'pass' };
      const unknown = hiddenTool(rpc, hidden);
      if (unknown !== undefined) return unknownTool(unknown);
      const subject: Subject = { dir, rpc, ...(asked && { asked }) };
      const own = engine.assess(subject);
      const risk = higherOf(own, before);
      if (risk.unjudged && policy.onFailure === 'block') throw new Error(`${risk.unjudged.join(', ')} failed`);
      const tool = { approved: isApproved(rpc, listing) };
      const decided = policy.decide(policyInput({ ...subject, session: session(), server, risk, tool }));
      const decision = allowedBefore(decided, asked) ? { ...decided, action: 'allow' as const } : decided;
      const verdict = verdictOn(rpc, risk, decision, asked?.method === 'tools/list' ? { listing, hidden } : undefined);
      engine.learn(subject, own, verdict.kind === 'pass' || verdict.kind === 'replace');
      return { ...verdict, ...said(decision), ...(risk.findings.length > 0 && { risk }) };
    },
  };
}

/** What another judge found counts beside what was found here, and never makes it less. */
function higherOf(own: Assessment, other: Assessment | undefined): Assessment {
  if (other === undefined) return own;
  const rules = new Set(own.findings.map(({ rule }) => rule));
  const more = other.findings.filter(({ rule }) => !rules.has(rule));
  const findings = [...own.findings, ...more].sort((a, b) => b.weight - a.weight);
  if (other.score <= own.score) return { ...own, findings };
  const { score, level, recommendation } = other;
  return { ...own, score, level, recommendation, findings };
}

interface Listed {
  readonly listing: ToolListing;
  readonly hidden: Set<string>;
}

function verdictOn(rpc: Rpc, risk: Assessment, decision: PolicyDecision, list: Listed | undefined): Verdict {
  if (list && decision.rule === 'preset') return verdictOnList(rpc, risk, list);
  const { action } = decision;
  const reason = reasonOf(decision, risk);
  if (action === 'block') return block(reason);
  if (action === 'ask') return { kind: 'ask', reason };
  const safer = action === 'transform' ? transformed(rpc, risk) : action === 'redact' ? redacted(rpc, risk) : undefined;
  if (safer) return { kind: 'replace', rpc: safer.rpc, reason: safer.what };
  // A change that was wanted and cannot be made leaves what it was wanted for.
  if (action === 'transform' && risk.findings.length > 0) return block(`${reason} There is no safer form of it.`);
  return { kind: 'pass', ...(action !== 'allow' && { reason }) };
}

function verdictOnList(rpc: Rpc, risk: Assessment, { listing, hidden }: Listed): Verdict {
  const edited = editToolList(rpc, risk, listing);
  for (const name of edited.shown) hidden.delete(name);
  for (const name of edited.hidden) hidden.add(name);
  if (edited.rpc) return { kind: 'replace', rpc: edited.rpc, reason: edited.what };
  return { kind: 'pass', ...(edited.what !== '' && { reason: edited.what }) };
}

/** What the policy adds to the record. Rules that could not be evaluated are told: they might have decided otherwise. */
function said({ rule, tags, failed }: PolicyDecision): Pick<Verdict, 'rule' | 'tags'> {
  const unjudged = failed.map((one) => `unjudged:${one.rule}`);
  return {
    ...(rule !== 'preset' && { rule }),
    ...(tags.length + unjudged.length > 0 && { tags: [...tags, ...unjudged] }),
  };
}

/** For a person and for a model: what was found, and which rule speaks. */
function reasonOf({ rule, reason }: PolicyDecision, { score, findings }: Assessment): string {
  const [heaviest] = findings;
  const why = reason !== '' ? reason : (heaviest?.reason ?? 'The policy says so.');
  if (rule !== 'preset') return `${why} (policy rule ${rule})`;
  return heaviest ? `${why} (${heaviest.rule}, risk ${score.toFixed(2)})` : why;
}

function isApproved({ method, params }: Rpc, { stateOf }: ToolListing): boolean {
  const name = method === 'tools/call' ? (params as { name?: unknown } | undefined)?.name : undefined;
  if (typeof name !== 'string') return true;
  const state = stateOf(name);
  return state !== 'changed' && state !== 'rejected';
}

/** Whoever allowed a call has allowed its answer: a rule that names a tool speaks of both. A preset judges each by itself. */
function allowedBefore({ action, rule }: PolicyDecision, asked: Asked | undefined): boolean {
  return action === 'ask' && rule !== 'preset' && asked?.allowed?.includes(rule) === true;
}

function hiddenTool({ method, params }: Rpc, hidden: ReadonlySet<string>): string | undefined {
  const name = method === 'tools/call' ? (params as { name?: unknown } | undefined)?.name : undefined;
  return typeof name === 'string' && hidden.has(name) ? name : undefined;
}

/** The words and the code that a server has for a tool it does not have. */
function unknownTool(name: string): Verdict {
  const error = { code: -32_602, message: `Unknown tool: ${name}` };
  return { kind: 'block', reason: `The tool ${name} is hidden until it is approved.`, error };
}
