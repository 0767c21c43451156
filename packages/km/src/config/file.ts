import { readFileSync } from 'node:fs';
import { KmError } from '@kilometers/core/errors.ts';
import { because, systemCode } from '../errors/system-error.ts';
import { configVersion } from './config-version.ts';
import { refuseSection } from './show-value.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The configuration file as parsed; its values are not checked yet. */
export interface ConfigFile {
  readonly text: string;
  readonly values: JsonObject;
  readonly version: number;
}

/** @returns undefined when there is no file. Comments and trailing commas are allowed in it. */
export async function readConfigFile(file: string): Promise<ConfigFile | undefined> {
  const text = readText(file);
  if (text === undefined) return undefined;
  const values = await parse(file, text);
  const version = values.version ?? configVersion;
  if (typeof version === 'number') return { text, values, version };
  throw new KmError('config.invalid', `${file}: "version" is ${JSON.stringify(version)}; it wants a number.`);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new KmError('config.unreadable', `The configuration file ${file} cannot be read.`, because(error));
  }
}

async function parse(file: string, text: string): Promise<JsonObject> {
  const value = plain(text) ?? (await import('./jsonc.ts')).parseJsonc(file, text);
  if (isObject(value)) return value;
  throw new KmError('config.invalid', `${file}: it holds ${kindOf(value)}; it wants one object, in braces.`);
}

/** Most files are plain JSON, and km starts sooner without the parser that allows comments. */
function plain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The other parser reads it, or says where it is wrong.
  }
}

/** What the file has under a dotted key. */
export function fileValue(values: JsonObject, file: string, key: string): unknown {
  const parts = key.split('.');
  let value: unknown = values;
  for (const [depth, part] of parts.entries()) {
    if (!isObject(value)) return refuseSection(`${file}: "${parts.slice(0, depth).join('.')}"`, value);
    value = Object.hasOwn(value, part) ? value[part] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `a number`, `a list`: what a value is, for a person. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
