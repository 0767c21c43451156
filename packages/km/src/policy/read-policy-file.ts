import { KmError } from '@kilometers/core/errors.ts';
import { type CompileOptions, compilePolicy, type RuleSet } from '@kilometers/core/policy/compile-policy.ts';
import type { PolicyProblem } from '@kilometers/core/policy/document.ts';
import { nearest } from '../errors/nearest.ts';
import { at, type PolicyFile, readText } from './policy-file.ts';

/**
 * Reads and compiles a policy file. Loaded on demand: the compiler is large, and most sessions have no such file.
 *
 * @throws KmError `policy.unreadable`, `policy.invalid`
 */
export function readPolicyFile({ origin, path: file }: PolicyFile): RuleSet {
  return readPolicyText(readText(file), { origin, path: file });
}

/**
 * The same of a text that is at hand.
 *
 * @throws KmError `policy.invalid`
 */
export function readPolicyText(text: string, { origin, path: file }: PolicyFile): RuleSet {
  const suggest: CompileOptions['suggest'] = (word, known) => nearest(word, known);
  const compiled = compilePolicy(text, { origin, suggest });
  if (compiled.kind === 'ok') return compiled.rules;
  const cause = new Error(compiled.problems.map((problem) => at(file, problem)).join('\n'));
  const [first] = compiled.problems as [PolicyProblem, ...PolicyProblem[]];
  const others = compiled.problems.length - 1;
  const rest = others === 0 ? '' : ` (and ${others} more)`;
  throw new KmError('policy.invalid', `${at(file, first)}.${rest}`, others === 0 ? {} : { cause });
}
