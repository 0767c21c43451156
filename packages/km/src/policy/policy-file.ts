import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import type { PolicyOrigin } from '@kilometers/core/policy/compile-policy.ts';
import type { PolicyProblem } from '@kilometers/core/policy/document.ts';

const bytesMax = 1_048_576;

/** A file that may hold rules. */
export interface PolicyFile {
  readonly origin: PolicyOrigin;
  readonly path: string;
}

/** Where rules are looked for: beside the configuration, and in the working folder. */
export function policyFiles(configFolder: string, cwd: string): readonly PolicyFile[] {
  const user = { origin: 'user', path: path.join(configFolder, 'policy.yaml') } as const;
  const project = { origin: 'project', path: path.join(cwd, '.km', 'policy.yaml') } as const;
  return user.path === project.path ? [user] : [user, project];
}

/** What tells one version of a file from another; undefined when there is none. */
export function stampOf(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found && `${found.ino} ${found.size} ${found.mtimeMs}`;
  } catch {
    return 'unreadable'; // There may be one. Reading it will say why not.
  }
}

/** A problem with its place, as editors and terminals understand it. */
export function at(file: string, { line, column, message }: PolicyProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** @throws KmError `policy.unreadable` */
export function readText(file: string): string {
  let descriptor: number | undefined;
  try {
    // A pipe in its place would never end, and opening it for reading would already wait.
    if (!statSync(file).isFile()) throw new Error('It is no ordinary file.');
    descriptor = openSync(file, 'r');
    if (fstatSync(descriptor).size > bytesMax) throw new Error('It is larger than 1 MiB.');
    return readFileSync(descriptor, 'utf8');
  } catch (cause) {
    throw new KmError('policy.unreadable', `The policy ${file} cannot be read.`, { cause });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
