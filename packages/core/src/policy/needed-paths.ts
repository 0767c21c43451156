import type { ASTNode } from '@marcbachmann/cel-js';

/** Names from a variable to a member, such as `args`, `sql`. */
type MemberPath = readonly string[];

/** Operators that need all of their operands. */
const strictOperators = ['==', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '*', '/', '%', '!_', '-_'];

/** Calls that do not need what they are given: loops over a body, and the question whether a member is there. */
const lazyCalls = ['has', 'all', 'exists', 'exists_one', 'map', 'filter'];

/**
 * Members without which an expression cannot be true, whatever the rest of it says.
 *
 * Most messages are of another tool than a rule is about. Seeing that a member is missing costs a hundredth of what the
 * library's error for it does.
 */
export function neededPaths(node: ASTNode): readonly MemberPath[] {
  if (node.op === '&&') return node.args.flatMap(neededPaths);
  return strictPaths(node);
}

function strictPaths(node: ASTNode): readonly MemberPath[] {
  if (node.op === '.') {
    const path = pathOf(node);
    return path ? [path] : strictPaths(node.args[0]);
  }
  if (node.op === 'rcall') {
    const [name, receiver, given] = node.args;
    return [receiver, ...(lazyCalls.includes(name) ? [] : given)].flatMap(strictPaths);
  }
  if (node.op === 'call') return lazyCalls.includes(node.args[0]) ? [] : node.args[1].flatMap(strictPaths);
  if (!strictOperators.includes(node.op)) return [];
  return [node.args].flat().flatMap((operand) => strictPaths(operand as ASTNode));
}

function pathOf(node: ASTNode): MemberPath | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.') return undefined;
  const inner = pathOf(node.args[0]);
  return inner && [...inner, node.args[1]];
}

/** True when an object on the way has no member of that name. What is no object is left to the expression to complain of. */
export function isMissing(values: Readonly<Record<string, unknown>>, path: MemberPath): boolean {
  let at: unknown = values;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return false;
    if (!Object.hasOwn(at, name)) return true;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return false;
}
