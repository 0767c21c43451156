import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import * as v from 'valibot';
import { makeFolder } from '../make-folder.ts';
import { type Installed, Register } from './manifest.ts';

/** Where a machine's plugins are: `plugins.json`, and a folder for each. */
export const pluginsFolder = (dataFolder: string): string => path.join(dataFolder, 'plugins');

/** The file of a plugin that is loaded. */
export const entryOf = (dataFolder: string, name: string): string =>
  path.join(pluginsFolder(dataFolder), name, 'index.mjs');

const registerFile = (dataFolder: string): string => path.join(pluginsFolder(dataFolder), 'plugins.json');

/**
 * The plugins of this machine, in the order in which they were added.
 *
 * @throws KmError `plugin.register` when the file is there and cannot be understood: no filter is left out silently.
 */
export function readRegister(dataFolder: string): readonly Installed[] {
  const file = registerFile(dataFolder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new KmError('plugin.register', `The list of plugins ${file} cannot be read.`, { cause });
  }
  return parse(file, text);
}

function parse(file: string, text: string): readonly Installed[] {
  try {
    return v.parse(Register, JSON.parse(text)).plugins;
  } catch (cause) {
    throw new KmError('plugin.register', `The list of plugins ${file} is damaged.`, { cause });
  }
}

/** Replaces the list as a whole: who reads it sees the old one or the new one. */
export async function writeRegister(dataFolder: string, plugins: readonly Installed[]): Promise<void> {
  await makeFolder(pluginsFolder(dataFolder));
  const file = registerFile(dataFolder);
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify({ version: 1, plugins }, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

/** Takes a plugin out of the list, then its files away. */
export async function removePlugin(dataFolder: string, name: string): Promise<void> {
  const plugins = readRegister(dataFolder);
  const left = plugins.filter((plugin) => plugin.name !== name);
  if (left.length === plugins.length) {
    throw new KmError('plugin.unknown', `There is no plugin ${name}.`, { fix: known(plugins) });
  }
  await writeRegister(dataFolder, left);
  rmSync(path.join(pluginsFolder(dataFolder), name), { recursive: true, force: true });
}

function known(plugins: readonly Installed[]): string {
  if (plugins.length === 0) return 'No plugin was added yet; `km plugin add` adds one.';
  return `Name one of these: ${plugins.map(({ name }) => name).join(', ')}.`;
}

/** SHA-256, hex, over names and contents of all files in a folder, links not followed. */
export function hashFolder(folder: string): string {
  const hash = createHash('sha256');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
  for (const file of files) {
    const content = readFileSync(path.join(folder, file));
    hash.update(`${file.replaceAll(path.sep, '/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** False when a plugin's files are not what they were when it was added. */
export function isAsAdded({ sha256 }: Installed, folder: string): boolean {
  try {
    return hashFolder(folder) === sha256;
  } catch {
    return false; // Files that cannot be read are not as they were.
  }
}
