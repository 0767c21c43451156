import { checkShape, type Located, type PolicyProblem, readYaml } from './document.ts';
import { ExpressionCompiler, type Said, type Scope } from './expression.ts';
import type { PolicyAction } from './policy.ts';
import { PolicyFile } from './policy-file.ts';

/** `user`: whose machine it is. `project` came with a folder, `organisation` from its control plane: they may only tighten. */
export type PolicyOrigin = 'user' | 'project' | 'organisation';

/** One rule, ready to be asked. */
export interface CompiledRule {
  /** Those of others begin with whose they are, such as `project/`, so that no file can speak in the name of another. */
  readonly name: string;
  readonly when: string;
  readonly action: PolicyAction;
  readonly reason: string;
  readonly tags: readonly string[];
  readonly onFailure: 'pass' | 'block' | undefined;
  test(scope: Scope): Said;
}

/** A policy file that was found to be right. */
export interface RuleSet {
  readonly origin: PolicyOrigin;
  readonly order: PolicyFile['order'];
  readonly preset: PolicyFile['preset'];
  readonly onFailure: PolicyFile['on_failure'];
  readonly rules: readonly CompiledRule[];
  readonly tests: PolicyFile['tests'];
}

export type CompiledPolicy =
  | { readonly kind: 'ok'; readonly rules: RuleSet }
  | { readonly kind: 'problems'; readonly problems: readonly PolicyProblem[] };

export interface CompileOptions {
  readonly origin: PolicyOrigin;
  /** The known word that a wrong one was meant to be. */
  readonly suggest?: (word: string, known: readonly string[]) => string | undefined;
}

/** Longest policy file, in characters. */
export const policyCharsMax = 1_048_576;

/** Reads a policy file: YAML, its shape, and each condition. All problems are told at once. */
export function compilePolicy(text: string, { origin, suggest = () => undefined }: CompileOptions): CompiledPolicy {
  if (text.length > policyCharsMax)
    return problems([{ line: 1, column: 1, message: 'a policy file has 1 MiB at most' }]);
  const located = readYaml(text);
  if (isProblems(located)) return problems(located);
  const file = checkShape(located, PolicyFile, suggest);
  if (isProblems(file)) return problems(file);
  const found: PolicyProblem[] = duplicates(located, file);
  const compiler = new ExpressionCompiler();
  const rules = file.rules.flatMap((rule, index) => {
    const problem = (key: string, message: string, offset?: number) => {
      found.push(located.problem(['rules', index, key], message, offset));
    };
    return compileRule(rule, { origin, compiler, problem });
  });
  if (found.length > 0) return problems(found);
  const { order, preset, on_failure: onFailure, tests } = file;
  return { kind: 'ok', rules: { origin, order, preset, onFailure, rules, tests } };
}

interface RuleSurroundings {
  readonly origin: PolicyOrigin;
  readonly compiler: ExpressionCompiler;
  /** Takes down a problem with the value of `key`. */
  problem(key: string, message: string, offset?: number): void;
}

function compileRule(
  { when, on_failure: onFailure, ...rule }: PolicyFile['rules'][number],
  { origin, compiler, problem }: RuleSurroundings,
): CompiledRule[] {
  if (origin === 'project' && rule.action === 'allow') {
    problem(
      'action',
      '`allow` is not for the policy of a project, which can only tighten; put it into your own policy',
    );
  }
  const compiled = compiler.compile(when);
  if (compiled.kind === 'problem') {
    problem('when', compiled.message, compiled.at);
    return [];
  }
  const name = origin === 'user' ? rule.name : `${origin}/${rule.name}`;
  const reason = rule.reason ?? `The rule "${name}" of the policy says so.`;
  return [{ ...rule, name, when, reason, onFailure, test: compiled.test }];
}

function duplicates(located: Located, { rules }: PolicyFile): PolicyProblem[] {
  const names = rules.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [located.problem(['rules', index, 'name'], `the name \`${name}\` is taken; each rule wants one of its own`)],
  );
}

function isProblems(value: unknown): value is readonly PolicyProblem[] {
  return Array.isArray(value);
}

function problems(list: readonly PolicyProblem[]): CompiledPolicy {
  return { kind: 'problems', problems: [...list].sort((a, b) => a.line - b.line || a.column - b.column) };
}
