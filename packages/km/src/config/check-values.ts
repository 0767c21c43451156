import { check } from './check.ts';
import { settings } from './settings.ts';

/** What somebody set, and where. */
export interface SetValue {
  readonly key: string;
  readonly value: unknown;
  /** The file with its key, the flag or the variable. */
  readonly where: string;
}

/**
 * The values as their schemas want them, in the same order.
 *
 * @throws KmError `config.invalid`
 */
export function checkValues(values: readonly SetValue[]): readonly unknown[] {
  return values.map(({ key, value, where }) => {
    const setting = settings.get(key);
    if (!setting) throw new Error(`There is no setting ${key}.`);
    return check(setting, value, where);
  });
}
