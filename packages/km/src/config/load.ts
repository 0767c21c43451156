import path from 'node:path';
import { nearest } from '../errors/nearest.ts';
import { configVersion } from './config-version.ts';
import { readDotenv } from './dotenv.ts';
import { type ConfigFile, fileValue, isObject, type JsonObject, readConfigFile } from './file.ts';
import { fitsPlainly } from './fits-plainly.ts';
import { initialValues } from './initial-values.ts';
import { type Environment, findPaths, type Paths, type Place } from './paths.ts';
import { plainRules } from './plain-rules.ts';
import { Secret } from './secret.ts';
import type { Settings } from './settings.ts';

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
  /** Headers for the collector: a secret, and `otlp.headers_file` where there is none. */
  readonly otlpHeaders: Secret | undefined;
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

/** Where other programs look for their collector, too; its headers are in the variable beside it. */
const standardEndpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const standardHeaders = 'OTEL_EXPORTER_OTLP_HEADERS';

/** Settings that have a flag or a variable. */
const flagOf: Readonly<Record<string, string>> = { api_url: 'api-url' };
const variableOf: Readonly<Record<string, string | readonly string[]>> = {
  api_url: 'KM_API_URL',
  default_tier: 'KM_DEFAULT_TIER',
  log_level: 'KM_LOG_LEVEL',
  'metrics.enabled': 'KM_METRICS_ENABLED',
  'metrics.port': 'KM_METRICS_PORT',
  'metrics.host': 'KM_METRICS_HOST',
  'otlp.enabled': 'KM_OTLP_ENABLED',
  'otlp.endpoint': ['KM_OTLP_ENDPOINT', standardEndpoint],
  'otlp.inject': 'KM_OTLP_INJECT',
};

/** A value that somebody set, not checked yet. */
interface Found {
  readonly value: unknown;
  readonly where: string;
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
  const resolved = await resolve(layers);
  return Object.freeze({
    ...resolved,
    warnings: [...dotenv.warnings, ...fileWarnings(paths.configFile, file)],
    paths,
    apiKey: key === undefined ? undefined : new Secret(String(key.value)),
    apiKeyOrigin: key?.origin,
    otlpHeaders: otlpHeaders(layers, resolved),
    logTargets: text(variable(layers, 'KM_LOG')?.value),
  });
}

/** The headers of other programs are for their collector, and for no other. */
function otlpHeaders({ env }: Layers, { origins }: Resolved): Secret | undefined {
  const theirs = origins.get('otlp.endpoint')?.name === standardEndpoint ? env[standardHeaders] : undefined;
  const text = env.KM_OTLP_HEADERS || theirs;
  return text ? new Secret(text) : undefined;
}

interface Layers {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Environment;
  readonly dotenv: Environment;
  readonly cwd: string;
  readonly file: JsonObject;
  readonly fileName: string;
}

interface Resolved {
  readonly settings: Settings;
  readonly origins: ReadonlyMap<string, Origin>;
}

async function resolve(layers: Layers): Promise<Resolved> {
  const keys = Object.keys(initialValues);
  // All that was set is checked, also where something stands above it: a file is right or wrong, whatever the environment says.
  const set = keys.flatMap((key) => findAll(layers, key).map((found) => ({ key, ...found })));
  const checked = set.every(({ key, value }) => fitsPlainly(plainRules[key], value))
    ? set.map(({ value }) => value)
    : (await import('./check-values.ts')).checkValues(set);
  const values: Record<string, unknown> = { ...initialValues };
  const origins = new Map<string, Origin>(keys.map((key) => [key, byDefault]));
  for (const [index, { key, origin }] of set.entries()) {
    values[key] = checked[index];
    origins.set(key, origin);
  }
  const tree: Record<string, unknown> = {};
  for (const key of keys) put(tree, key, values[key]);
  // Every leaf was checked by its own schema, or is its default, and the leaves are those of Settings.
  return { settings: freeze(tree) as Settings, origins };
}

const byDefault: Origin = { from: 'default', name: undefined };

/** Everything that was set for a key; what stands above comes last. */
function findAll(layers: Layers, key: string): readonly Found[] {
  const above = fromFlag(layers, key) ?? fromVariable(layers, key);
  return [fromFile(layers, key), above].filter((found) => found !== undefined);
}

function fromFile({ file, fileName }: Layers, key: string): Found | undefined {
  const value = fileValue(file, fileName, key);
  return value === undefined
    ? undefined
    : { value, where: `${fileName}: "${key}"`, origin: { from: 'file', name: fileName } };
}

function fromFlag({ flags }: Layers, key: string): Found | undefined {
  const flag = flagOf[key];
  const value = flag === undefined ? undefined : text(flags[flag]);
  return value === undefined ? undefined : { value, where: `--${flag}`, origin: { from: 'flag', name: `--${flag}` } };
}

function fromVariable(layers: Layers, key: string): Found | undefined {
  const names = [variableOf[key] ?? []].flat();
  const name = names.find((one) => variable(layers, one) !== undefined);
  const found = name === undefined ? undefined : variable(layers, name);
  if (found === undefined || name === undefined) return undefined;
  const { from, name: place } = found.origin;
  const value = typed(found.value, initialValues[key]);
  return { ...found, value, where: from === 'dotenv' ? `${place}: ${name}` : name };
}

/** A variable is text; what it cannot mean stays text, and is refused as such. */
function typed(value: unknown, initial: unknown): unknown {
  if (typeof initial === 'number') return /^-?\d+(\.\d+)?$/.test(String(value)) ? Number(value) : value;
  if (typeof initial === 'boolean') return { true: true, 1: true, false: false, 0: false }[String(value)] ?? value;
  return value;
}

/** An empty variable counts as none: that is how scripts unset them. */
function variable({ env, dotenv, cwd }: Layers, name: string): Omit<Found, 'where'> | undefined {
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
    if (Object.hasOwn(initialValues, key) || key === '$schema' || key === 'version') return [];
    const isSection = Object.keys(initialValues).some((known) => known.startsWith(`${key}.`));
    return isSection && isObject(value) ? unknownKeys(value, `${key}.`) : [key];
  });
}

function unknown(file: string, key: string): string {
  const meant = nearest(key, Object.keys(initialValues));
  return `${file}: there is no key "${key}"; it is ignored.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`;
}

/** The key of a setting is never also that of a section. */
function put(tree: Record<string, unknown>, key: string, value: unknown): void {
  const sections = key.split('.');
  const name = sections.pop() as string; // A text has one part at least.
  let place = tree;
  for (const section of sections) {
    place[section] ??= {};
    place = place[section] as typeof tree;
  }
  place[name] = value;
}

function freeze<T extends object>(tree: T): T {
  for (const value of Object.values(tree)) if (typeof value === 'object' && value !== null) freeze(value);
  return Object.freeze(tree);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
