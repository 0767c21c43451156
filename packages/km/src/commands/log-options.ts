import { KmError } from '@kilometers/core/errors.ts';
import { recordKinds } from '@kilometers/core/record.ts';
import { findPaths } from '../config/paths.ts';
import { stderrDiagnostics } from '../diagnostics/stderr.ts';
import { parseTime } from '../log/parse-time.ts';
import type { Query } from '../log/query.ts';
import type { Skipped } from '../log/read.ts';
import type { Invocation, OptionSpec } from './command.ts';

const list = (value: string, help: string): OptionSpec => ({ type: 'string', multiple: true, value, help });

/** Options of every command that reads the log. */
export const fileOption = {
  file: { type: 'string', value: 'PATH', help: 'Read this log instead of the default one' },
} as const;

/** Options that choose records by when, where and whose they are. */
export const scopeOptions = {
  session: list('NAME', 'Only this session; may be given several times'),
  server: list('NAME', 'Only this server; may be given several times'),
  since: { type: 'string', value: 'WHEN', help: 'Only what came after: 10m, 2h, 7d, or a date' },
  until: { type: 'string', value: 'WHEN', help: 'Only what came before: 10m, 2h, 7d, or a date' },
} as const satisfies Record<string, OptionSpec>;

/** Options that choose records by what they say. */
export const contentOptions = {
  run: list('UUID', 'Only this run of km'),
  dir: list('c2s|s2c', 'Only client to server, or server to client'),
  method: list('NAME', 'Only this method; on a response, that of its request'),
  tool: list('NAME', 'Only this tool, prompt or resource'),
  id: list('ID', 'Only this JSON-RPC id'),
  kind: list('KIND', 'Only this kind of record, such as request, response, stderr, opaque'),
  outcome: list('NAME', 'Only this outcome or status, such as blocked, error, tool_error'),
  risk: { type: 'string', value: 'MIN', help: 'Only records with at least this risk, from 0 to 1' },
  grep: list('TEXT', 'Only records that hold this text'),
} as const satisfies Record<string, OptionSpec>;

/** The log that a command is about. */
export function logFile({ options, env, cwd }: Invocation): string {
  return findPaths({ env, cwd, platform: process.platform }, one(options.file)).logFile;
}

/** @throws KmError `usage.bad-value` */
export function readQuery({ options }: Invocation, now: number): Query {
  const time = (name: 'since' | 'until'): number | undefined => {
    const text = one(options[name]);
    return text === undefined ? undefined : parseTime(name, text, now);
  };
  return {
    session: many(options.session),
    run: many(options.run),
    server: many(options.server),
    dir: choice('dir', many(options.dir), ['c2s', 's2c']),
    method: many(options.method),
    tool: many(options.tool),
    id: many(options.id),
    kind: choice('kind', many(options.kind), recordKinds),
    outcome: many(options.outcome),
    riskMin: risk(one(options.risk)),
    grep: many(options.grep),
    since: time('since'),
    until: time('until'),
  };
}

/** The value of an option that is given once. */
export function one(value: Invocation['options'][string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The values of an option that may repeat; undefined when it was not given. */
export function many(value: Invocation['options'][string]): readonly string[] | undefined {
  const values = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
  return values.length > 0 ? values : undefined;
}

/** @throws KmError `usage.bad-value` when a value is not among those that exist. */
export function choice(
  option: string,
  values: readonly string[] | undefined,
  known: readonly string[],
): readonly string[] | undefined {
  const odd = values?.find((value) => !known.includes(value));
  if (odd === undefined) return values;
  throw new KmError('usage.bad-value', `--${option} takes ${known.join(', ')}; got "${odd}".`);
}

function risk(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new KmError('usage.bad-value', `--risk takes a number from 0 to 1; got "${text}".`);
}

/** Tells, on stderr, what a person should know beside the answer. */
export function tell({ env }: Invocation, message: string | undefined): void {
  const logger = stderrDiagnostics({ level: 'info', targets: undefined, env })('log');
  if (message !== undefined) logger.warn?.(message);
}

/** A sentence about lines that could not be used; undefined when there were none. */
export function skippedNote({ foreign, unknownVersion }: Skipped): string | undefined {
  const parts = [
    foreign > 0 ? `${foreign} ${foreign === 1 ? 'line that is no record' : 'lines that are no records'}` : '',
    unknownVersion > 0 ? `${unknownVersion} of a newer format (a newer km reads them)` : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? `Skipped ${parts.join(' and ')}.` : undefined;
}
