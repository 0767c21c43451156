import { Environment, type ParseError } from '@marcbachmann/cel-js';
import type { RE2JS } from 're2js';
import { type Extent, isAffordable, PatternBudget, TooMuchWork } from './budget.ts';
import { globPattern, hostOf, isUnder } from './functions.ts';
import { type ExpressionProblem, type Inspected, inspectExpression } from './inspect-expression.ts';
import { isMissing, neededPaths } from './needed-paths.ts';

/** What stands in the place of `matches`, which the library gives to a backtracking engine. Of the same length, so that places hold. */
const safeMatches = 'reMatch';

const limits = { maxAstNodes: 500, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 4 };

/** What an expression says of a message: yes, no, or that it could not be told. */
export type Said = boolean | { readonly failed: string };

/** Values of the variables, and how large they are. Asked for at most once. */
export interface Scope {
  readonly values: Readonly<Record<string, unknown>>;
  extent(): Extent;
}

export type Compiled = { readonly kind: 'ok'; readonly test: (scope: Scope) => Said } | ExpressionProblem;

/** Compiles conditions that share what is costly to make. */
export class ExpressionCompiler {
  readonly #patterns = new Map<string, RE2JS>();
  readonly #budget = new PatternBudget();
  readonly #environment = makeEnvironment(this.#patterns, this.#budget);

  /** Reads, checks and compiles the condition of a rule: CEL, with `matches` in linear time and bounded loops. */
  compile(text: string): Compiled {
    try {
      return this.#compile(text);
    } catch (error) {
      return problemOf(error);
    }
  }

  #compile(text: string): Compiled {
    const checked = this.#environment.parse(text).check();
    if (!checked.valid) return problemOf(checked.error);
    if (checked.type !== 'bool' && checked.type !== 'dyn') {
      return { kind: 'problem', at: 0, message: `gives ${checked.type}; a condition gives true or false` };
    }
    const found = inspectExpression(this.#environment.parse(text).ast, this.#patterns);
    if (found.kind === 'problem') return found;
    const safe = this.#environment.parse(withSafeMatches(text, found.matches));
    const left = inspectExpression(safe.ast, this.#patterns);
    if (left.kind === 'problem') return left;
    const [unsafe] = left.matches;
    if (unsafe) return { kind: 'problem', at: unsafe.from, message: 'a comment may not stand in a call of `matches`' };
    safe.check();
    const needed = neededPaths(safe.ast);
    const test = (scope: Scope): Said =>
      needed.some((path) => isMissing(scope.values, path)) ? false : evaluate(safe, scope, found, this.#budget);
    return { kind: 'ok', test };
  }
}

function makeEnvironment(patterns: ReadonlyMap<string, RE2JS>, budget: PatternBudget): Environment {
  const search = (text: string, pattern: string): boolean => {
    budget.spend(text.length);
    return (patterns.get(pattern) as RE2JS).test(text);
  };
  const environment = new Environment({ limits })
    .registerVariable('message', 'dyn')
    .registerVariable('args', 'dyn')
    .registerVariable('session', 'dyn')
    .registerVariable('findings', 'list<map<string, dyn>>')
    .registerVariable('tool', { schema: { name: 'string', approved: 'bool', annotations: 'dyn' } })
    .registerVariable('server', { schema: { name: 'string', command: 'string' } })
    .registerVariable('risk', { schema: { score: 'double', level: 'string', findings: 'list<map<string, dyn>>' } });
  for (const name of ['method', 'kind', 'dir']) environment.registerVariable(name, 'string');
  return environment
    .registerFunction('rx(string, string): bool', search)
    .registerFunction(`string.${safeMatches}(string): bool`, search)
    .registerFunction('glob(string, string): bool', (path: string, glob: string) =>
      search(path.replaceAll('\\', '/'), globPattern(glob)),
    )
    .registerFunction('under(string, string): bool', isUnder)
    .registerFunction('host(string): string', hostOf)
    .registerFunction('lower(string): string', (value: string) => value.toLowerCase());
}

/** A pattern's name stands last between its receiver and its argument; what is missed by a comment there is refused later. */
function withSafeMatches(text: string, places: Inspected['matches']): string {
  return places.reduce((result, { from, to }) => {
    const at = result.slice(0, to).lastIndexOf('matches');
    return at < from ? result : result.slice(0, at) + safeMatches + result.slice(at + safeMatches.length);
  }, text);
}

/** Codes of what is no failure: the message has no such member, so the rule does not speak of it. */
const absent = ['no_such_key', 'index_out_of_bounds'];

function evaluate(
  run: (values: Record<string, unknown>) => unknown,
  scope: Scope,
  { loops, splits }: Pick<Inspected, 'loops' | 'splits'>,
  budget: PatternBudget,
): Said {
  if ((loops > 0 || splits) && !isAffordable(scope.extent(), Math.max(loops, 1), splits)) {
    return { failed: 'its loops would take too long over a message of this size' };
  }
  budget.refill();
  try {
    const said = run(scope.values);
    return typeof said === 'boolean' ? said : { failed: 'its condition gave neither true nor false' };
  } catch (error) {
    if (absent.includes((error as { code?: string }).code ?? '')) return false;
    if (error instanceof TooMuchWork) return { failed: error.message };
    return { failed: summaryOf(error) };
  }
}

function problemOf(error: unknown): ExpressionProblem {
  const { range } = error as Partial<ParseError>;
  return { kind: 'problem', message: summaryOf(error), at: range?.start ?? 0 };
}

/** The first line: the library draws the place below it. */
function summaryOf(error: unknown): string {
  const { summary, message } = error as Partial<ParseError>;
  const text = summary ?? message?.split('\n')[0] ?? 'failed';
  return text.charAt(0).toLowerCase() + text.slice(1);
}
