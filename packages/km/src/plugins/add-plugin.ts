import type { SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import spawn from 'cross-spawn';
import { transform } from 'sucrase';
import * as v from 'valibot';
import { makeFolder } from '../make-folder.ts';
import { type Installed, Manifest } from './manifest.ts';
import { hashFolder, pluginsFolder, readRegister, writeRegister } from './register.ts';
import { startThread } from './thread.ts';

/** A plugin that takes longer to load would be missed at every start. */
const loadMsMax = 10_000;

interface Wanted {
  /** A file, a folder or an npm package, as typed. */
  readonly from: string;
  readonly cwd: string;
  readonly dataFolder: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/**
 * Copies a plugin into the data folder, loads it once to see that it works, and puts it on the list; one of the same name is
 * replaced. TypeScript is made JavaScript here, so that a session has nothing to translate.
 *
 * @throws KmError `plugin.invalid`, `plugin.not-installed`, `plugin.register`
 */
export async function addPlugin({ from, cwd, dataFolder, time }: Wanted): Promise<Installed> {
  const folder = pluginsFolder(dataFolder);
  await makeFolder(folder);
  const staging = mkdtempSync(path.join(folder, '.adding-'));
  try {
    bring(from, path.resolve(cwd, from), staging);
    const manifest = await tryOut(from, path.join(staging, 'index.mjs'));
    const installed = { ...manifest, from, added: new Date(time).toISOString(), sha256: hashFolder(staging) };
    const others = readRegister(dataFolder).filter(({ name }) => name !== manifest.name);
    const place = path.join(folder, manifest.name);
    rmSync(place, { recursive: true, force: true });
    renameSync(staging, place);
    await writeRegister(dataFolder, [...others, installed]);
    return installed;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function bring(from: string, file: string, staging: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile()) {
    bringFile(file, staging);
    return;
  }
  if (stat === undefined && /^[./~]|\.[cm]?[jt]s$/.test(from)) {
    throw new KmError('plugin.invalid', `There is no file or folder ${file}.`, { fix: 'Check the path.' });
  }
  bringPackage(stat ? file : from, staging);
}

function bringFile(file: string, staging: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(path.join(staging, 'index.mjs'), /\.[cm]?ts$/.test(file) ? toJavaScript(file, text) : text);
}

function toJavaScript(file: string, text: string): string {
  try {
    return transform(text, { transforms: ['typescript'], disableESTransforms: true, filePath: file }).code;
  } catch (cause) {
    throw new KmError('plugin.invalid', `${file} is not TypeScript that can be read.`, { cause });
  }
}

/** By npm, and without running anything of the package: a folder is packed as it would be for the registry. */
function bringPackage(spec: string, staging: string): void {
  writeFileSync(path.join(staging, 'package.json'), '{"private":true}\n');
  const args = ['install', '--ignore-scripts', '--install-links', '--no-audit', '--no-fund', '--omit=dev', '--', spec];
  const npm = spawn.sync('npm', args, { cwd: staging, encoding: 'utf8' });
  if (npm.status !== 0) throw notInstalled(spec, npm);
  const [name] = Object.keys(dependenciesIn(staging));
  writeFileSync(path.join(staging, 'index.mjs'), `export { default } from ${JSON.stringify(name)};\n`);
}

function notInstalled(spec: string, { error, stderr }: SpawnSyncReturns<string>): KmError {
  const said = (stderr ?? '')
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line))
    .slice(0, 3);
  const cause = error ?? new Error(said.join(' ') || 'npm said nothing about it');
  return new KmError('plugin.not-installed', `npm could not install ${spec}.`, { cause });
}

function dependenciesIn(folder: string): Record<string, string> {
  const { dependencies } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')); // Written by npm.
  return dependencies;
}

async function tryOut(from: string, file: string): Promise<Manifest> {
  const thread = startThread(file, () => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not loaded within ${loadMsMax / 1_000} seconds`)), loadMsMax);
  });
  try {
    return v.parse(Manifest, await Promise.race([thread.ready, late]));
  } catch (cause) {
    throw new KmError('plugin.invalid', `${from} is no filter that km can run.`, { cause });
  } finally {
    clearTimeout(timer);
    await thread.end();
  }
}
