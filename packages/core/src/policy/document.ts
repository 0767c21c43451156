import * as v from 'valibot';
import { type Document, isMap, isScalar, LineCounter, type ParsedNode, parseDocument, Scalar } from 'yaml';

type Path = readonly (string | number)[];

/** What is wrong with a policy file. Lines and columns count from 1. */
export interface PolicyProblem {
  readonly line: number;
  readonly column: number;
  /** What was found and what is wanted. */
  readonly message: string;
}

/** A YAML text that knows where everything stands. */
export interface Located {
  /** As plain data. */
  readonly data: unknown;
  /** Where the value at `path` begins, or what is nearest to it; `offset` counts in the value of a text. */
  problem(path: Path, message: string, offset?: number): PolicyProblem;
  /** Where the name of a member stands. */
  keyProblem(path: Path, message: string): PolicyProblem;
}

/** Aliases multiply: a few lines of YAML can stand for gigabytes. */
const aliasesMax = 100;

/** Reads YAML; a text that is no YAML gives its problems. */
export function readYaml(text: string): Located | readonly PolicyProblem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number, message: string): PolicyProblem => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, message };
  };
  if (document.errors.length > 0) return document.errors.map(({ pos, message }) => at(pos[0], message));
  const data = plainData(document);
  if (data === tooManyAliases) return [at(0, `more than ${aliasesMax} aliases are in it; write the values out`)];
  return {
    data: data.value,
    problem(path, message, offset = 0) {
      const node = nodeAt(document, path);
      return at(isScalar(node) ? placeInScalar(node, text, offset) : (node?.range?.[0] ?? 0), message);
    },
    keyProblem(path, message) {
      const parent = nodeAt(document, path.slice(0, -1));
      const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === String(path.at(-1))) : undefined;
      return at((pair?.key as ParsedNode | undefined)?.range?.[0] ?? parent?.range?.[0] ?? 0, message);
    },
  };
}

const tooManyAliases = Symbol('too many aliases');

function plainData(document: Document.Parsed): { readonly value: unknown } | typeof tooManyAliases {
  try {
    return { value: document.toJS({ maxAliasCount: aliasesMax }) };
  } catch {
    return tooManyAliases; // The only error it has for a document without errors.
  }
}

/** The node at `path`, or the deepest one on the way to it. */
function nodeAt(document: Document.Parsed, path: Path): ParsedNode | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as ParsedNode | undefined;
    if (node?.range) return node;
  }
  return document.contents ?? undefined;
}

/** Where in the file a character of a text stands; where the text begins when escapes or folding have moved it. */
function placeInScalar(node: Scalar, source: string, offset: number): number {
  const [start, end] = node.range ?? [0, 0];
  const value = String(node.value);
  if (source.startsWith(value, start)) return start + offset;
  const isQuoted = node.type === Scalar.QUOTE_SINGLE || node.type === Scalar.QUOTE_DOUBLE;
  if (isQuoted && source.startsWith(value, start + 1)) return start + 1 + offset;
  const isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
  return isBlock ? placeInBlock(source, start, end, value, offset) : start;
}

function placeInBlock(source: string, start: number, end: number, value: string, offset: number): number {
  const body = source.indexOf('\n', start) + 1;
  const lines = source.slice(body, end).split('\n');
  const indent = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0;
  // Folding turns a newline into a space: both are one character.
  const joined = lines.map((line) => line.slice(indent)).join('\n');
  const isPlain = joined.replaceAll('\n', ' ').startsWith(value.trimEnd().replaceAll('\n', ' '));
  if (!isPlain) return start;
  const before = joined.slice(0, offset).split('\n').length;
  return body + offset + before * indent;
}

/** Checks data by a schema, whose messages say what is wanted. */
export function checkShape<T extends v.GenericSchema>(
  located: Located,
  schema: T,
  suggest: (word: string, known: readonly string[]) => string | undefined,
): v.InferOutput<T> | readonly PolicyProblem[] {
  // To valibot a list is an object too.
  const result = v.safeParse(schema, Array.isArray(located.data) ? null : located.data);
  if (result.success) return result.output;
  return result.issues.map((issue) => {
    const path = (issue.path ?? []).map(({ key }) => key as string | number);
    const inside = path.slice(0, -1);
    if (issue.type === 'strict_object' && issue.expected === 'never') {
      const known = Object.keys(schemaAt(schema, inside)?.entries ?? {});
      const meant = suggest(String(path.at(-1)), known);
      const help = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${meant}\`?`;
      return located.keyProblem(path, `there is no key \`${path.at(-1)}\`; ${help}`);
    }
    if (issue.input !== undefined) {
      return located.problem(path, `${label(path)} is ${shown(issue.input)}; it wants ${issue.message}`);
    }
    // The object complains of what it lacks; what is wanted is known to the member's own schema.
    const wants = schemaAt(schema, path)?.message ?? issue.message;
    return located.problem(inside, `${label(path)} is missing; it wants ${wants}`);
  });
}

interface AnySchema {
  readonly wrapped?: AnySchema;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly item?: AnySchema;
  readonly message?: string;
}

/** The schema of what stands at `path`: objects, lists and optional members are all that a policy is made of. */
function schemaAt(schema: v.GenericSchema, path: Path): AnySchema | undefined {
  const unwrap = (wrapper: AnySchema | undefined): AnySchema | undefined =>
    wrapper?.wrapped === undefined ? wrapper : unwrap(wrapper.wrapped);
  return path.reduce<AnySchema | undefined>(
    (at, key) => unwrap(typeof key === 'number' ? at?.item : at?.entries?.[key]),
    unwrap(schema as AnySchema),
  );
}

function label(path: Path): string {
  if (path.length === 0) return 'the file';
  const text = path.map((key) => (typeof key === 'number' ? `[${key + 1}]` : `.${key}`)).join('');
  return `\`${text.replace(/^\./, '')}\``;
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length <= 60 ? json : `${json.slice(0, 59)}…`;
}
