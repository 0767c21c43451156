import { KmError } from '@kilometers/core/errors.ts';
import { check } from './check.ts';
import { configVersion } from './config-version.ts';
import { fileValue, readConfigFile } from './file.ts';
import { editJsonc } from './jsonc.ts';
import { settingOf } from './setting-of.ts';
import type { Setting } from './settings.ts';
import { writePrivate } from './write-private.ts';

/** What a new configuration file begins with. */
export const emptyFile = `{\n  "version": ${configVersion}\n}\n`;

/**
 * Sets one key in the file. Comments, order and everything else stay as they are.
 *
 * @param word The value as typed: a word for a text, JSON for all else, names with commas for a list.
 * @throws KmError `config.*` before anything is written.
 */
export async function setInFile(file: string, key: string, word: string): Promise<void> {
  const setting = settingOf(key);
  const value = understand(setting, word);
  check(setting, value, `"${key}"`);
  const now = await readConfigFile(file);
  if (now !== undefined && now.version > configVersion) {
    throw new KmError('config.newer', `${file} is of version ${now.version}; this km writes version ${configVersion}.`);
  }
  fileValue(now?.values ?? {}, file, key);
  writePrivate(file, editJsonc(now === undefined || now.text.trim() === '' ? emptyFile : now.text, key, value));
}

function understand({ initial }: Setting, word: string): unknown {
  if (typeof initial === 'string') return word;
  try {
    return JSON.parse(word);
  } catch {
    // Not JSON: a list without its brackets, or wrong, which the check will say better.
    return Array.isArray(initial) && !word.startsWith('[') ? word.split(',').map((part) => part.trim()) : word;
  }
}
