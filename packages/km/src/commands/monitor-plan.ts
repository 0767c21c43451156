import { KmError } from '@kilometers/core/errors.ts';
import { tierHas } from '@kilometers/core/tiers.ts';
import { type Config, loadConfig } from '../config/load.ts';
import { newRunId } from '../proxy/run-id.ts';
import { serverName } from '../proxy/server-name.ts';
import type { Invocation } from './command.ts';

/** A program that km starts. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** What km stands before: a program, or a server elsewhere. */
export type Target = Program | { readonly url: string };

/** All that `km monitor` knows before it begins. */
export interface Plan<Of extends Target = Target> {
  readonly target: Of;
  readonly config: Config;
  readonly tags: Readonly<Record<string, string>>;
  readonly facts: { readonly run: string; readonly session: string; readonly server: string };
  readonly verbose: 0 | 1 | 2 | 3;
  readonly profile: boolean;
  /** Whether risk analysis judges the messages: the tier has it, and it is not switched off. */
  readonly judgesRisk: boolean;
  /** Whether anything may judge messages: then what judges is loaded before the program runs. */
  readonly judges: boolean;
}

/** @throws KmError `usage.*`, `config.*` */
export async function planOf(invocation: Invocation): Promise<Plan<Program>> {
  const [command, ...args] = invocation.rest ?? [];
  if (command === undefined) throw new KmError('usage.no-program', 'km monitor was given no program to run.');
  return planFor(invocation, { command, args }, serverName(command, args));
}

/**
 * The plan for a server, which is called so unless `--name` says otherwise.
 *
 * @throws KmError `usage.*`, `config.*`
 */
export async function planFor<Of extends Target>(
  { options, env, cwd }: Invocation,
  target: Of,
  server: string,
): Promise<Plan<Of>> {
  const config = await loadConfig({ flags: options, env, cwd });
  const run = newRunId(Date.now());
  const { default_tier: tier, risk_analysis } = config.settings;
  const judgesRisk = tierHas(tier, 'risk_analysis') && risk_analysis.enabled;
  return {
    judgesRisk,
    judges: judgesRisk || tierHas(tier, 'plugins'),
    target,
    config,
    tags: Object.fromEntries(many(options.tag).map(tagOf)),
    facts: {
      run,
      session: text(options['session-id']) ?? run,
      server: text(options.name) ?? server,
    },
    verbose: Math.min(many(options.verbose).length, 3) as Plan['verbose'],
    profile: options.profile === true,
  };
}

/** The server as whoever started km wrote it. */
export function wordsOf(target: Target): string[] {
  return 'url' in target ? [target.url] : [target.command, ...target.args];
}

/** The child gets the environment it would have had without km, less the secrets of km; its key another km may need. */
export function childEnvironment(command: string, env: Invocation['env']): NodeJS.ProcessEnv {
  const { KM_API_KEY, KM_LISTEN_TOKEN: _, ...rest } = env;
  return KM_API_KEY !== undefined && serverName(command, []) === 'km' ? { ...rest, KM_API_KEY } : rest;
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
