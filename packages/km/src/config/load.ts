import path from 'node:path';
import { nearest } from '../errors/nearest.ts';
import { check } from './check.ts';
import { readDotenv } from './dotenv.ts';
import { type ConfigFile, fileValue, isObject, type JsonObject, readConfigFile } from './file.ts';
import { type Environment, findPaths, type Paths, type Place } from './paths.ts';
import { Secret } from './secret.ts';
import { configVersion, laterKeys, type Setting, type Settings, settings } from './settings.ts';

/** Where a value came from. */
export interface Origin {
  readonly from: 'flag' | 'env' | 'dotenv' | 'file' | 'default';
  /** The flag, the variable or the file; undefined for a default. */
  readonly name: string | undefined;
}

/** The configuration of one run. Frozen: whoever holds it knows that it stays as it is. */
export interface Config {
  readonly settings: Settings;
  /** By dotted key. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Sentences for the user about what was ignored. */
  readonly warnings: readonly string[];
  readonly paths: Paths;
  readonly apiKey: Secret | undefined;
  readonly apiKeyOrigin: Origin | undefined;
  /** Levels by target, as `KM_LOG` has them: `proxy=debug,log=trace`. */
  readonly logTargets: string | undefined;
}

export interface Sources {
  /** Options as the command line had them; those that are no settings are passed over. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env: Environment;
  readonly cwd: string;
  readonly platform?: NodeJS.Platform;
}

/** Settings that have a flag or a variable. */
const flagOf: Readonly<Record<string, string>> = { api_url: 'api-url' };
const variableOf: Readonly<Record<string, string>> = {
  api_url: 'KM_API_URL',
  default_tier: 'KM_DEFAULT_TIER',
  log_level: 'KM_LOG_LEVEL',
};

interface Found {
  readonly value: unknown;
  readonly origin: Origin;
}

/**
 * Flag over environment over `.env` over file over default. On the way of every start, so it reads two files and nothing else.
 *
 * @throws KmError `config.unreadable`, `config.invalid`; a missing file is fine.
 */
export async function loadConfig({ flags = {}, env, cwd, platform = process.platform }: Sources): Promise<Config> {
  const paths = findPaths({ env, cwd, platform } satisfies Place, text(flags['log-file']));
  const dotenv = readDotenv(cwd);
  const file = await readConfigFile(paths.configFile);
  const layers = { flags, env, dotenv: dotenv.values, cwd, file: file?.values ?? {}, fileName: paths.configFile };
  const key = variable(layers, 'KM_API_KEY');
  return Object.freeze({
    ...resolve(layers),
    warnings: [...dotenv.warnings, ...fileWarnings(paths.configFile, file)],
    paths,
    apiKey: key === undefined ? undefined : new Secret(String(key.value)),
    apiKeyOrigin: key?.origin,
    logTargets: text(variable(layers, 'KM_LOG')?.value),
  });
}

interface Layers {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Environment;
  readonly dotenv: Environment;
  readonly cwd: string;
  readonly file: JsonObject;
  readonly fileName: string;
}

function resolve(layers: Layers): { settings: Settings; origins: ReadonlyMap<string, Origin> } {
  const origins = new Map<string, Origin>();
  const tree: Record<string, unknown> = {};
  for (const [key, setting] of settings) {
    const { value, origin } = find(layers, key, setting);
    put(tree, key, value);
    origins.set(key, origin);
  }
  // Every leaf was checked by its own schema, and the leaves are those of Settings.
  return { settings: freeze(tree) as Settings, origins };
}

/** Defaults are not checked: they are right, as a test makes sure, and km starts a little sooner. */
function find(layers: Layers, key: string, setting: Setting): Found {
  const inFile = fromFile(layers, key, setting);
  const above = fromFlag(layers, key, setting) ?? fromVariable(layers, key, setting);
  return above ?? inFile ?? { value: setting.initial, origin: byDefault };
}

const byDefault: Origin = { from: 'default', name: undefined };

/** Checked even where something stands above it: a file is right or wrong, whatever the environment says. */
function fromFile({ file, fileName }: Layers, key: string, setting: Setting): Found | undefined {
  const value = fileValue(file, fileName, key);
  if (value === undefined) return undefined;
  return { value: check(setting, value, `${fileName}: "${key}"`), origin: { from: 'file', name: fileName } };
}

function fromFlag({ flags }: Layers, key: string, setting: Setting): Found | undefined {
  const flag = flagOf[key];
  const value = flag === undefined ? undefined : text(flags[flag]);
  if (value === undefined) return undefined;
  return { value: check(setting, value, `--${flag}`), origin: { from: 'flag', name: `--${flag}` } };
}

function fromVariable(layers: Layers, key: string, setting: Setting): Found | undefined {
  const name = variableOf[key];
  const found = name === undefined ? undefined : variable(layers, name);
  if (found === undefined) return undefined;
  const { from, name: place } = found.origin;
  const where = from === 'dotenv' ? `${place}: ${name}` : `${name}`;
  return { value: check(setting, found.value, where), origin: found.origin };
}

/** An empty variable counts as none: that is how scripts unset them. */
function variable({ env, dotenv, cwd }: Layers, name: string): Found | undefined {
  if (env[name]) return { value: env[name], origin: { from: 'env', name } };
  if (!dotenv[name]) return undefined;
  return { value: dotenv[name], origin: { from: 'dotenv', name: path.join(cwd, '.env') } };
}

function fileWarnings(name: string, file: ConfigFile | undefined): string[] {
  if (file === undefined) return [];
  const newer = `${name} is of version ${file.version}, this km knows ${configVersion}: what it does not know is ignored.`;
  return file.version > configVersion ? [newer] : unknownKeys(file.values, '').map((key) => unknown(name, key));
}

function unknownKeys(values: JsonObject, prefix: string): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const key = prefix + name;
    if (settings.has(key) || laterKeys.includes(key) || key === '$schema' || key === 'version') return [];
    const isSection = [...settings.keys()].some((known) => known.startsWith(`${key}.`));
    return isSection && isObject(value) ? unknownKeys(value, `${key}.`) : [key];
  });
}

function unknown(file: string, key: string): string {
  const meant = nearest(key, settings.keys());
  return `${file}: there is no key "${key}"; it is ignored.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`;
}

function put(tree: Record<string, unknown>, key: string, value: unknown): void {
  const [head = '', tail] = key.split('.');
  if (tail === undefined) tree[head] = value;
  else tree[head] = { ...(tree[head] as object), [tail]: value };
}

function freeze<T extends object>(tree: T): T {
  for (const value of Object.values(tree)) if (typeof value === 'object' && value !== null) freeze(value);
  return Object.freeze(tree);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
