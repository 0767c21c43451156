import { extentOf } from './budget.ts';
import type { CompiledRule, RuleSet } from './compile-policy.ts';
import type { Scope } from './expression.ts';
import {
  type FailedRule,
  type Policy,
  type PolicyAction,
  type PolicyDecision,
  type PolicyInput,
  policyActions,
} from './policy.ts';
import { decideByPreset, type Preset, type PresetSettings, presets } from './preset.ts';

export interface PolicyParts {
  readonly settings: PresetSettings;
  readonly user?: RuleSet | undefined;
  /** Rules of project and organisation. */
  readonly tightening?: readonly RuleSet[];
}

/**
 * One policy of the settings, the user's rules and those that may only tighten.
 *
 * The preset speaks where no rule of the user does. The rules of project and organisation are asked beside them, and the
 * most severe of all holds, so that what came from elsewhere can never loosen. The preset of an organisation is a floor: it
 * speaks whatever the user's rules say.
 */
export function composePolicy({ settings, user, tightening = [] }: PolicyParts): Policy & { readonly preset: Preset } {
  const preset = tightening.reduce((own, set) => stricter(own, set.preset), user?.preset ?? settings.preset);
  const ofUser = user?.onFailure ?? (preset === 'strict' ? 'block' : 'pass');
  const onFailure = tightening.some(wantsBlock) ? 'block' : ofUser;
  const effective = { ...settings, preset };
  const floor = floorOf(settings, tightening);
  return {
    preset,
    onFailure,
    decide(input) {
      const scope = scopeOf(input);
      const own = speak(user, scope, onFailure);
      const others = tightening.map((set) => speak(set, scope, onFailure));
      const floorStance = floor && decideByPreset(floor, input.risk);
      return merge(own, floorStance ? [...others, voiceOf(floorStance)] : others, () =>
        decideByPreset(effective, input.risk),
      );
    },
  };
}

/** The same, of sets that know whose they are. */
export function composeSets(settings: PresetSettings, sets: readonly RuleSet[]): ReturnType<typeof composePolicy> {
  const user = sets.find(({ origin }) => origin === 'user');
  return composePolicy({ settings, user, tightening: sets.filter(({ origin }) => origin !== 'user') });
}

/** What could not be judged is stopped where the file says so, or its preset does: that of a project only adds to the user's. */
function wantsBlock({ origin, preset, onFailure }: RuleSet): boolean {
  return (onFailure ?? (origin === 'organisation' && preset === 'strict' ? 'block' : 'pass')) === 'block';
}

/** Threshold that a preset of the organisation goes by at most, whatever the user set. */
const floorThreshold = 0.8;

function floorOf(settings: PresetSettings, tightening: readonly RuleSet[]): PresetSettings | undefined {
  const asked = tightening.flatMap(({ origin, preset }) => (origin === 'organisation' && preset ? [preset] : []));
  const [first] = asked;
  if (first === undefined) return undefined;
  const threshold = Math.min(settings.threshold, floorThreshold);
  return { ...settings, preset: asked.reduce(stricter, first), threshold, block_high_risk: true };
}

/** What a preset says, as one more voice among the others. */
function voiceOf({ action, rule, reason }: PolicyDecision): Spoken {
  return { stance: action === 'tag' ? undefined : { action, rule, reason }, tags: [], failed: [] };
}

function stricter(preset: Preset, other: Preset | undefined): Preset {
  return other !== undefined && presets.indexOf(other) > presets.indexOf(preset) ? other : preset;
}

/** What a message shows to the rules. A member that it lacks is absent, so that `has()` and conditions see it so. */
function scopeOf({ message, method, kind, dir, tool, args, session, server, risk }: PolicyInput): Scope {
  const values = { message, method, kind, dir, session, server, risk, findings: risk.findings };
  let extent: ReturnType<typeof extentOf> | undefined;
  return {
    values: { ...values, tool: tool ?? {}, args: args ?? {} },
    extent() {
      extent ??= extentOf([message, risk.findings, session]);
      return extent;
    },
  };
}

interface Stance {
  readonly action: PolicyAction;
  readonly rule: string;
  readonly reason: string;
}

/** What one file makes of a message. */
interface Spoken {
  readonly stance: Stance | undefined;
  readonly tags: readonly string[];
  readonly failed: readonly FailedRule[];
}

function speak(set: RuleSet | undefined, scope: Scope, onFailure: 'pass' | 'block'): Spoken {
  const tags: string[] = [];
  const failed: FailedRule[] = [];
  let stance: Stance | undefined;
  for (const rule of set?.rules ?? []) {
    const said = rule.test(scope);
    if (said === false) continue;
    if (said !== true) failed.push({ rule: rule.name, reason: said.failed });
    else tags.push(...rule.tags);
    stance = severer(stance, said === true ? stanceOf(rule) : stanceOfFailed(rule, set?.onFailure ?? onFailure));
    if (stance !== undefined && set?.order === 'first-match') break;
  }
  return { stance, tags, failed };
}

/** A rule that only tags leaves the decision to others. */
function stanceOf({ action, name, reason }: CompiledRule): Stance | undefined {
  return action === 'tag' ? undefined : { action, rule: name, reason };
}

function stanceOfFailed({ name, onFailure }: CompiledRule, otherwise: 'pass' | 'block'): Stance | undefined {
  if ((onFailure ?? otherwise) === 'pass') return undefined;
  return { action: 'block', rule: name, reason: `The rule "${name}" of the policy could not be evaluated.` };
}

/** The first of two that are equally severe. */
function severer(a: Stance | undefined, b: Stance | undefined): Stance | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return policyActions.indexOf(b.action) > policyActions.indexOf(a.action) ? b : a;
}

function merge(own: Spoken, others: readonly Spoken[], preset: () => PolicyDecision): PolicyDecision {
  const base = own.stance ? { ...own.stance, tags: [] } : preset();
  const stances = others.map(({ stance }) => stance);
  const { action, rule, reason } = stances.reduce(severer, base) ?? base;
  const all = [own, ...others];
  const tags = [...new Set([...base.tags, ...all.flatMap((spoken) => spoken.tags)])];
  const isTagged = action === 'allow' && tags.length > 0;
  return { action: isTagged ? 'tag' : action, rule, reason, tags, failed: all.flatMap(({ failed }) => failed) };
}
