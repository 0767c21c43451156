import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import type { Policy, PolicyInput } from '@kilometers/core/policy/policy.ts';
import { mayStop } from '@kilometers/core/policy/preset.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import { createEngine } from '@kilometers/core/risk/assess.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import { assessLaunch } from '@kilometers/core/risk/launch.ts';
import { loadModel } from '@kilometers/core/risk/model/load-model.ts';
import { type Tier, tierHas } from '@kilometers/core/tiers.ts';
import type { Account } from '../account/account.ts';
import { now } from '../clock.ts';
import type { Config } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { injectTrace } from '../filters/inject-trace.ts';
import { judgeRisk } from '../filters/judge-risk.ts';
import type { Ends } from '../filters/learn.ts';
import { openKnowledge } from '../knowledge/open-knowledge.ts';
import { serverIdentity } from '../knowledge/server-identity.ts';
import { type Contexts, openContexts } from '../otlp/contexts.ts';
import { traceparentOf } from '../otlp/trace-context.ts';
import type { Filter } from '../pipeline/filter.ts';
import { whileOn } from '../pipeline/while-on.ts';
import { openPlugins } from '../plugins/open-plugins.ts';
import { openWebhooks } from '../plugins/open-webhooks.ts';
import { openPolicy } from '../policy/open-policy.ts';
import type { StartJudging } from '../proxy/join.ts';
import { type JudgingParts, judgeLines } from '../proxy/judge-lines.ts';
import { judgeMessages, type MessageJudge } from '../proxy/judge-messages.ts';
import type { Observer } from '../proxy/observer.ts';
import { keptPolicyOf } from './kept-policy.ts';
import type { Plan } from './monitor-plan.ts';
import { exportWanted } from './run-figures.ts';

/** What the judges of a session are told of it. */
export type JudgedSession = Pick<JudgingParts, 'asked' | 'spoken' | 'initialize'>;

/** All that judges the messages of one run, in order: risk and policy, then plugins, then webhooks. */
export interface Judges {
  readonly filters: readonly Filter[];
  /** How lines are judged, for the proxy; undefined when no filter judges. */
  judging(session: JudgedSession): StartJudging | undefined;
  /** The same for messages that come singly, as over HTTP. */
  judgingMessages(session: JudgedSession, observer: Observer): MessageJudge | undefined;
  /** Switches off what the tier does not have, and on again what it has. */
  setTier(tier: Tier): void;
  /** Hears who is signed in, or will be. */
  askBy(account: Account): void;
  /** Serial of the organisation's policy that these began with; 0 for none. */
  readonly policySerial: number;
  /** Has the organisation's rules hold from the next message on. @throws KmError `policy.invalid` */
  tighten(text: string): Promise<void>;
  /** Hears who client and server say they are. */
  learnt(ends: Ends): void;
  /** The trace contexts that requests were sent on with; undefined where none are written into them. */
  readonly contexts: Contexts | undefined;
  /** What the launch command is worth worrying about; undefined where risk is not judged. */
  readonly launch: Assessment | undefined;
  close(): Promise<void>;
}

interface Opened {
  readonly plan: Plan;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly onFault: (message: string) => void;
}

/** @throws KmError `policy.invalid`, `policy.unreadable`, `plugin.register`, `webhook.secret` */
export async function openJudges(opened: Opened): Promise<Judges> {
  const { plan, env, onFault } = opened;
  const { config, facts } = plan;
  let tier = plan.tier.tier;
  const { enabled } = config.settings.risk_analysis;
  // Whoever is signed in may be sent a policy while the run goes on, though risk analysis is switched off.
  const mayComeOn = tierHas(tier, 'risk_analysis') && plan.tier.from !== 'default';
  const risk = plan.judgesRisk || mayComeOn ? await openRisk(opened) : undefined;
  const isOn = () => tierHas(tier, 'risk_analysis') && (enabled || risk?.isTightened() === true);
  const plugins = tierHas(tier, 'plugins')
    ? [
        ...openPlugins({ dataFolder: config.paths.dataFolder, onFault, now }),
        ...openWebhooks({ webhooks: config.settings.webhooks, env, now: Date.now }),
      ]
    : [];
  const injecting = injects(plan) ? openInjecting() : undefined;
  const filters = [
    ...(risk?.filters ?? []).map((filter) => whileOn(filter, isOn)),
    ...plugins.map((filter) => whileOn(filter, () => tierHas(tier, 'plugins'))),
    // Last: what is stopped has no span on the other side, and what others change is what the context is written into.
    ...(injecting ? [whileOn(injecting.filter, () => tierHas(tier, 'otlp'))] : []),
  ];
  const parts = {
    filters,
    facts,
    asking: {
      timeoutMs: config.settings.risk_analysis.ask_timeout * 1_000,
      after: afterMs,
      text: questionFrom(facts.server),
    },
    holdBytesMax: config.settings.hold.max_bytes,
  };
  return {
    filters,
    judging: (session) => judgeLines({ ...session, ...parts }),
    judgingMessages: (session, observer) => judgeMessages({ ...session, ...parts }, observer),
    setTier(now) {
      tier = now;
    },
    askBy: (account) => risk?.askBy(account),
    policySerial: risk?.policySerial ?? 0,
    tighten: async (text) => risk?.tighten(text),
    learnt: (ends) => risk?.learnt(ends),
    contexts: injecting?.contexts,
    launch: risk?.launch,
    async close() {
      await Promise.all(filters.map((filter) => filter.close?.()));
      await risk?.close();
    },
  };
}

function injects(plan: Plan): boolean {
  const { inject, signals } = plan.config.settings.otlp;
  return inject && signals !== 'metrics' && exportWanted(plan);
}

function openInjecting(): { readonly contexts: Contexts; readonly filter: Filter } {
  const contexts = openContexts((bytes) => randomBytes(bytes).toString('hex'));
  const filter = injectTrace((dir, id, rpc) => {
    const { client } = contexts.plan(dir, id, rpc);
    return { traceparent: traceparentOf(client), ...(client.state !== undefined && { tracestate: client.state }) };
  });
  return { contexts, filter };
}

async function openRisk({ plan, cwd, onFault }: Opened) {
  const { target, config, facts, tags } = plan;
  const { enabled, remote: remotely } = config.settings.risk_analysis;
  const settings = enabled ? config.settings.risk_analysis : withoutAnalysis(config.settings.risk_analysis);
  const kept = await keptPolicyOf(config);
  const identity = serverIdentity({ name: facts.server, ...target });
  const { dataFolder, configFile } = config.paths;
  const [{ policy, hasRules, tighten }, { knowledge, close }, model, remote] = await Promise.all([
    openPolicy({ configFolder: path.dirname(configFile), cwd, settings, now, onFault, organisation: kept?.policy }),
    openKnowledge({ dataFolder, identity, now: Date.now, onFault }),
    settings.model ? loadModel() : [],
    remotely.enabled && enabled && !plan.localOnly ? openRemote(config) : undefined,
  ]);
  let client: { readonly name?: string; readonly version?: string } | undefined;
  const server = { name: facts.server, command: identity.command };
  const launch = judgeLaunch(plan, policy, server);
  const judge = judgeRisk({
    engine: createEngine({ knowledge, model }),
    policy,
    enforces: () => mayStop(settings) || hasRules(),
    session: () => ({ name: facts.session, tags, ...(client && { client }) }),
    server,
    listing: {
      mode: settings.preset === 'observe' ? 'pass' : settings.tools,
      threshold: settings.threshold,
      stateOf: (tool) => knowledge.toolState(tool),
    },
  });
  const learnt = (ends: Ends) => {
    client = ends.client;
  };
  let isTightened = kept !== undefined;
  return {
    ...{ learnt, launch, close },
    filters: remote ? [remote.filter, judge] : [judge],
    policySerial: kept?.serial ?? 0,
    isTightened: () => isTightened,
    askBy: (account: Account) => remote?.askBy(account),
    async tighten(text: string) {
      await tighten(text);
      isTightened = true;
    },
  };
}

/** What is left of somebody's own settings where they have switched risk analysis off: only the organisation's rules speak. */
function withoutAnalysis<T extends Settings['risk_analysis']>(settings: T): T {
  return { ...settings, preset: 'observe', model: false, tools: 'pass' };
}

async function openRemote(config: Config) {
  const { openRemoteRisk } = await import('./remote-risk.ts');
  return openRemoteRisk(config, createRedactor(config.settings.redact));
}

/**
 * Judges the command before it runs. Only a rule that somebody wrote keeps it from being started: a preset notes.
 *
 * @throws KmError `policy.blocked`
 */
function judgeLaunch({ target, facts, tags }: Plan, policy: Policy, server: PolicyInput['server']): Assessment {
  const remote = 'url' in target;
  const risk = remote ? nothingFound : assessLaunch(target.command, target.args);
  const session = { name: facts.session, tags };
  const message = remote ? { url: target.url } : { command: target.command, args: target.args };
  const decision = policy.decide({ kind: 'launch', dir: 'c2s', method: '', message, session, server, risk });
  if (decision.action !== 'block' || decision.rule === 'preset') return risk;
  const why = decision.reason !== '' ? decision.reason : (risk.findings[0]?.reason ?? 'It says so.');
  throw new KmError('policy.blocked', `The policy rule ${decision.rule} keeps this server from being started: ${why}`);
}

/** An address alone is nothing to worry about. */
const nothingFound: Assessment = { score: 0, level: 'none', findings: [], recommendation: 'allow' };

function afterMs(delayMs: number, act: () => void): () => void {
  const timer = setTimeout(act, delayMs);
  return () => clearTimeout(timer);
}

const redactor = createRedactor();
const shownChars = 1_000;

/** The exact call, redacted and cut, so that whoever allows it knows what. */
function questionFrom(server: string): JudgingParts['asking']['text'] {
  return ({ method, params }, reason) => {
    const { _meta, ...shown } = (params ?? {}) as Record<string, unknown>;
    const text = redactor.text(JSON.stringify(shown)).text;
    const cut = text.length > shownChars ? `${text.slice(0, shownChars)}… (cut)` : text;
    return `Kilometers holds a message (server ${server}): ${method ?? 'a result'} ${cut}\n${reason}\nAllow it, this once?`;
  };
}
