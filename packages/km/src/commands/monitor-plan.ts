import { existsSync } from 'node:fs';
import { KmError } from '@kilometers/core/errors.ts';
import { tierHas } from '@kilometers/core/tiers.ts';
import type { TierState } from '../account/account.ts';
import { knownTier } from '../account/known-tier.ts';
import { type Config, loadConfig } from '../config/load.ts';
import { newRunId, runIn } from '../proxy/run-id.ts';
import { serverName } from '../proxy/server-name.ts';
import type { Invocation } from './command.ts';

/** A server that km starts. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** A server across the network. */
export interface Remote {
  /** Whole, as it is asked: what stands behind the `?` may be a secret. */
  readonly url: string;
}

/** What km stands before. */
export type Target = Program | Remote;

/** All that `km monitor` knows before the program runs. */
export interface Plan {
  readonly target: Target;
  readonly config: Config;
  readonly tags: Readonly<Record<string, string>>;
  readonly facts: { readonly run: string; readonly session: string; readonly server: string };
  /** Run of the km that started this one, which keeps the same messages. */
  readonly via: string | undefined;
  readonly verbose: 0 | 1 | 2 | 3;
  readonly profile: boolean;
  /** The tier that the run begins with: as it was known last. */
  readonly tier: TierState;
  /** `--local-only`: nothing is sent off this machine. */
  readonly localOnly: boolean;
  /** Whether risk analysis judges the messages: the tier has it, and it is switched on, or the organisation has a policy. */
  readonly judgesRisk: boolean;
  /** Whether anything may judge messages: then what judges is loaded before the program runs. */
  readonly judges: boolean;
}

/** @throws KmError `usage.*`, `config.*` */
export async function planOf(invocation: Invocation): Promise<Plan> {
  const target = await targetOf(invocation.options, invocation.rest);
  return planFor(invocation, target, nameOf(target));
}

/**
 * The plan for a server, which is called so unless `--name` says otherwise.
 *
 * @throws KmError `usage.*`, `config.*`
 */
export async function planFor({ options, env, cwd }: Invocation, target: Target, server: string): Promise<Plan> {
  const config = await loadConfig({ flags: options, env, cwd });
  const run = newRunId(Date.now());
  return {
    ...featuresOf(config, await knownTier(config, Date.now())),
    target,
    config,
    tags: Object.fromEntries(many(options.tag).map(tagOf)),
    facts: {
      run,
      session: text(options['session-id']) ?? run,
      server: text(options.name) ?? server,
    },
    via: runIn(env.KM_VIA),
    verbose: Math.min(many(options.verbose).length, 3) as Plan['verbose'],
    profile: options.profile === true,
    localOnly: options['local-only'] === true,
  };
}

/** The plan of a run in another tier. */
export function withTier(plan: Plan, tier: TierState): Plan {
  return { ...plan, ...featuresOf(plan.config, tier) };
}

function featuresOf(config: Config, tier: TierState): Pick<Plan, 'tier' | 'judgesRisk' | 'judges'> {
  // A policy of an organisation was kept; whether it is that of whoever is signed in is seen once what judges is loaded.
  const judgesRisk =
    tierHas(tier.tier, 'risk_analysis') &&
    (config.settings.risk_analysis.enabled || existsSync(`${config.paths.dataFolder}/organisation`));
  return { tier, judgesRisk, judges: judgesRisk || tierHas(tier.tier, 'plugins') };
}

async function targetOf(options: Invocation['options'], rest: Invocation['rest']): Promise<Target> {
  const url = text(options.url) ?? text(options.upstream);
  const [command, ...args] = rest ?? [];
  if (url === undefined && command !== undefined) return { command, args };
  if (url === undefined) throw new KmError('usage.no-program', 'km monitor was given no program to run.');
  if (rest === undefined) return { url: (await import('../connect/address.ts')).serverAddress(url).href };
  const fix = 'Give either `--url`, for a server across the network, or a command after the two dashes.';
  throw new KmError('usage.bad-value', 'km monitor was given both an address and a program to run.', { fix });
}

function nameOf(target: Target): string {
  return 'url' in target ? new URL(target.url).host : serverName(target.command, target.args);
}

/** The server as whoever started km wrote it; of an address without what may be a secret. */
export function wordsOf(target: Target): string[] {
  if (!('url' in target)) return [target.command, ...target.args];
  const { origin, pathname } = new URL(target.url);
  return [`${origin}${pathname}`];
}

/** @throws KmError `usage.no-program` where the server is no program. */
export function programOf({ target }: Plan): Program {
  if ('url' in target) throw new KmError('usage.no-program', 'This takes a program to run, not an address.');
  return target;
}

/**
 * The child gets the environment it would have had without km, less the secrets of km. Another km may need its key, and is
 * told which run it is behind.
 */
export function childEnvironment(command: string, env: Invocation['env'], run?: string): NodeJS.ProcessEnv {
  const { KM_API_KEY, KM_LISTEN_TOKEN: _, KM_VIA: __, KM_OTLP_HEADERS: ___, ...rest } = env;
  if (serverName(command, []) !== 'km') return rest;
  return { ...rest, ...(KM_API_KEY !== undefined && { KM_API_KEY }), ...(run !== undefined && { KM_VIA: run }) };
}

type Value = Invocation['options'][string];

function text(value: Value): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function many(value: Value): readonly (string | boolean)[] {
  return Array.isArray(value) ? value : [];
}

function tagOf(tag: string | boolean): [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(String(tag)) ?? [];
  if (key !== undefined && value !== undefined) return [key, value];
  throw new KmError('usage.bad-value', `--tag takes key=value; got "${tag}".`);
}
