import { KmError } from '@kilometers/core/errors.ts';
import { nearest } from '../errors/nearest.ts';
import { type Setting, settings } from './settings.ts';

/** @throws KmError `config.unknown-key` with the nearest known one. */
export function settingOf(key: string): Setting {
  const setting = settings.get(key);
  if (setting !== undefined) return setting;
  const meant = nearest(key, settings.keys());
  const message = `There is no configuration key "${key}".`;
  throw new KmError('config.unknown-key', message, meant === undefined ? {} : { fix: `Did you mean \`${meant}\`?` });
}
