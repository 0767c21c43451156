import { KmError } from '@kilometers/core/errors.ts';
import * as v from 'valibot';
import type { Setting } from './settings.ts';

/**
 * The value as the schema wants it.
 *
 * @param where The file with its key, the flag or the variable.
 * @throws KmError `config.invalid` that names where, what was found and what is wanted.
 */
export function check({ schema, wants }: Setting, value: unknown, where: string): unknown {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new KmError('config.invalid', `${where} is ${shown(value)}; it wants ${wants}.`);
}

/** @throws KmError always: what stands there is no object. */
export function refuseSection(where: string, value: unknown): never {
  throw new KmError('config.invalid', `${where} is ${shown(value)}; it wants an object.`);
}

function shown(value: unknown): string {
  // A URL may carry a password, and errors end up in logs.
  const json = JSON.stringify(value).replace(/\/\/[^/@\s"]*@/g, '//[redacted]@');
  return json.length <= 60 ? json : `${json.slice(0, 59)}…`;
}
