import path from 'node:path';
import type { RuleSet } from '@kilometers/core/policy/compile-policy.ts';
import { composeSets } from '@kilometers/core/policy/compose-policy.ts';
import type { Policy } from '@kilometers/core/policy/policy.ts';
import type { Preset, PresetSettings } from '@kilometers/core/policy/preset.ts';
import { type PolicyFile, policyFiles, stampOf } from './policy-file.ts';
import { readPolicyFile } from './read-policy-file.ts';

/** Policies as they are now, for commands that look at them. */
export interface ReadPolicies {
  readonly sets: readonly { readonly file: PolicyFile; readonly rules: RuleSet }[];
  readonly policy: Policy & { readonly preset: Preset };
}

/**
 * The file named, else those of user and project that are there.
 *
 * @throws KmError `policy.unreadable`
 */
export function policyFilesFor(named: string | undefined, configFolder: string, cwd: string): readonly PolicyFile[] {
  if (named === undefined) return policyFiles(configFolder, cwd).filter((file) => stampOf(file.path) !== undefined);
  const file = path.resolve(cwd, named);
  const isProjects = path.basename(path.dirname(file)) === '.km' && path.dirname(file) !== path.resolve(configFolder);
  return [{ origin: isProjects ? 'project' : 'user', path: file }];
}

/** @throws KmError `policy.unreadable`, `policy.invalid` */
export function readPolicies(files: readonly PolicyFile[], settings: PresetSettings): ReadPolicies {
  const sets = files.map((file) => ({ file, rules: readPolicyFile(file) }));
  return {
    sets,
    policy: composeSets(
      settings,
      sets.map(({ rules }) => rules),
    ),
  };
}
