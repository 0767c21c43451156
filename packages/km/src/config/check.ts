import { KmError } from '@kilometers/core/errors.ts';
import * as v from 'valibot';
import type { Setting } from './settings.ts';
import { showValue } from './show-value.ts';

/**
 * The value as the schema wants it.
 *
 * @param where The file with its key, the flag or the variable.
 * @throws KmError `config.invalid` that names where, what was found and what is wanted.
 */
export function check({ schema, wants }: Setting, value: unknown, where: string): unknown {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new KmError('config.invalid', `${where} is ${showValue(value)}; it wants ${wants}.`);
}
