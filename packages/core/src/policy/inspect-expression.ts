import type { ASTNode } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { globPattern } from './functions.ts';

/** Lists are walked at most this many loops deep. */
const loopsMax = 3;

const loops = ['all', 'exists', 'exists_one', 'map', 'filter'];

/** Calls whose last argument is a pattern, which has to stand in the rule itself: then it is checked when the rule is read. */
const patternCalls = ['matches', 'rx', 'glob'];

/** Calls that make lists of a text, longer than any list of the message. */
const listMakers = ['split', 'json'];

/** What is wrong with an expression, and where in it. */
export interface ExpressionProblem {
  readonly kind: 'problem';
  readonly message: string;
  /** Offset into the expression, in UTF-16 units. */
  readonly at: number;
}

/** What an expression will cost, and what in it has to be replaced. */
export interface Inspected {
  readonly kind: 'inspected';
  /** How deep loops stand in each other. */
  readonly loops: number;
  /** A text may be made a list. */
  readonly splits: boolean;
  /** Where receiver and first argument of each call of `matches` leave room for its name. */
  readonly matches: readonly { readonly from: number; readonly to: number }[];
}

interface Call {
  readonly node: ASTNode;
  readonly name: string;
  /** What the method is called on. */
  readonly receiver: ASTNode | undefined;
  readonly given: readonly ASTNode[];
  /** Loops it stands in, itself included. */
  readonly depth: number;
}

/** Counts loops, compiles every pattern into `patterns`, and finds calls of `matches`. */
export function inspectExpression(ast: ASTNode, patterns: Map<string, RE2JS>): Inspected | ExpressionProblem {
  const calls = [...callsIn(ast, 0)];
  for (const call of calls) {
    const problem = problemOf(call, patterns);
    if (problem) return problem;
  }
  const matches = calls.flatMap(({ name, receiver, given: [first] }) =>
    name === 'matches' && receiver && first ? [{ from: receiver.end, to: first.start }] : [],
  );
  const deepest = Math.max(0, ...calls.map(({ depth }) => depth));
  return { kind: 'inspected', loops: deepest, splits: calls.some(({ name }) => listMakers.includes(name)), matches };
}

function* callsIn(node: ASTNode, depth: number): Generator<Call> {
  const call = asCall(node, depth);
  if (call) yield call;
  for (const child of childrenOf(node.args)) yield* callsIn(child, call?.depth ?? depth);
}

function asCall(node: ASTNode, depth: number): Call | undefined {
  if (node.op === 'call') {
    const [name, given] = node.args;
    return { node, name, receiver: undefined, given, depth };
  }
  if (node.op !== 'rcall') return undefined;
  const [name, receiver, given] = node.args;
  return { node, name, receiver, given, depth: loops.includes(name) ? depth + 1 : depth };
}

function childrenOf(value: unknown): readonly ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(childrenOf);
  return typeof value === 'object' && value !== null && 'op' in value ? [value as ASTNode] : [];
}

function problemOf({ node, name, given, depth }: Call, patterns: Map<string, RE2JS>): ExpressionProblem | undefined {
  const refuse = (message: string, at = node): ExpressionProblem => ({ kind: 'problem', message, at: at.start });
  if (name === 'bind') return refuse('`cel.bind` is not available');
  if (depth > loopsMax) return refuse(`loops stand ${depth} deep in each other; ${loopsMax} are the most`);
  if (!patternCalls.includes(name)) return undefined;
  const last = given.at(-1);
  if (last?.op !== 'value' || typeof last.args !== 'string') {
    return refuse(`the pattern of \`${name}\` has to be a text written here`, last);
  }
  const wrong = compilePattern(name === 'glob' ? globPattern(last.args) : last.args, patterns);
  return wrong === undefined ? undefined : refuse(wrong, last);
}

function compilePattern(pattern: string, patterns: Map<string, RE2JS>): string | undefined {
  try {
    patterns.set(pattern, RE2JS.compile(pattern));
    return undefined;
  } catch (error) {
    const why = (error as Error).message.replace(/^error parsing regexp: /, '');
    return `${why}; patterns are those of RE2, without look-around and back-references`;
  }
}
