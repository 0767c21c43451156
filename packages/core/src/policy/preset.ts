import type { Assessment, Finding } from '../risk/finding.ts';
import type { Policy, PolicyDecision } from './policy.ts';

/** From the mildest to the strictest. */
export const presets = ['observe', 'balanced', 'strict'] as const;
export type Preset = (typeof presets)[number];

/** What the settings say; the same names as under `risk_analysis` in the configuration. */
export interface PresetSettings {
  readonly preset: Preset;
  /** Score from which a message counts as of high risk. */
  readonly threshold: number;
  readonly block_high_risk: boolean;
  /** A safer form goes on where there is one, instead of a stop. */
  readonly transform: boolean;
}

/**
 * What is done with a message that no rule speaks of.
 *
 * | score | observe | balanced | strict |
 * |---|---|---|---|
 * | below half of the threshold | allow | allow | allow |
 * | from half of the threshold on | tag `risk` | tag `risk` | ask |
 * | from the threshold on | tag `high-risk` | block; tag `high-risk` without `block_high_risk` | block |
 *
 * With `transform` a stop becomes a change, where all that weighs enough for the stop has a safer form.
 */
export function decideByPreset(settings: PresetSettings, risk: Assessment): PolicyDecision {
  const [heaviest] = risk.findings;
  if (heaviest === undefined || risk.score < settings.threshold / 2) return decision('allow', '', []);
  const reason = heaviest.reason;
  if (risk.score < settings.threshold) {
    return decision(settings.preset === 'strict' ? 'ask' : 'tag', reason, ['risk']);
  }
  if (!mayStop(settings)) return decision('tag', reason, ['high-risk']);
  const changes = settings.transform && hasSaferForm(risk.findings, settings.threshold);
  return decision(changes ? 'transform' : 'block', reason, ['high-risk']);
}

/** Whether the settings by themselves ever stop a message. */
export function mayStop({ preset, block_high_risk }: PresetSettings): boolean {
  return preset === 'strict' || (preset === 'balanced' && block_high_risk);
}

/** The policy of somebody who wrote no rules. */
export function presetPolicy(settings: PresetSettings): Policy {
  return {
    decide: ({ risk }) => decideByPreset(settings, risk),
    onFailure: settings.preset === 'strict' ? 'block' : 'pass',
  };
}

/** Findings that only together reach the threshold must all have one: nobody knows which of them matters. */
function hasSaferForm(findings: readonly Finding[], threshold: number): boolean {
  const heavy = findings.filter(({ weight }) => weight >= threshold);
  return (heavy.length > 0 ? heavy : findings).every(({ suggestion }) => suggestion !== undefined);
}

function decision(action: PolicyDecision['action'], reason: string, tags: readonly string[]): PolicyDecision {
  return { action, rule: 'preset', reason, tags, failed: [] };
}
