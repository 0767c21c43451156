import { type Command, forEachChild, type Pipeline, parse, type SyntaxNode } from 'unbash';
import type { SimpleCommand } from './simple-command.ts';
import { unwrap } from './unwrap.ts';

/** Texts within texts: `sh -c "sh -c …"`. */
const depthMax = 5;
const commandsMax = 500;
/** Characters of texts within texts, all together: one text may be given to many shells. */
const innerCharsMax = 131_072;
/** Substitutions within substitutions are parsed as they are come to: each level costs a look at the rest. */
const nestingMax = 60;
/** Commands whose output one takes; a longer pipeline tells no more. */
const feedingMax = 20;

/** What the commands before have set. One for all texts within the text. */
interface Shell {
  /** Where `cd` has gone; empty where nobody knows. */
  folder: string;
  readonly variables: Map<string, string>;
  innerChars: number;
}

interface Walk {
  readonly commands: SimpleCommand[];
  readonly depth: number;
  /** Where a text within the text stands in the outermost one; undefined for the outermost itself. */
  readonly within: { readonly start: number; readonly end: number } | undefined;
  readonly shell: Shell;
  /** How deep in the tree the walk is. */
  nesting: number;
  failed: boolean;
}

export interface ParsedCommands {
  readonly commands: readonly SimpleCommand[];
  /** False where the text is no shell, wholly or in part. */
  readonly complete: boolean;
}

/**
 * Every command that a shell text would start: in pipelines, substitutions, compound commands, here-documents to a
 * shell, and in the arguments of programs that start others (`sudo`, `xargs`, `find -exec`, `sh -c`, `eval`, `ssh`).
 */
export function parseCommands(text: string): ParsedCommands {
  const shell: Shell = { folder: '', variables: new Map(), innerChars: 0 };
  const walk: Walk = { commands: [], depth: 0, within: undefined, shell, nesting: 0, failed: false };
  parseInto(text, [], walk);
  return { commands: walk.commands, complete: !walk.failed };
}

function parseInto(text: string, fedBy: readonly SimpleCommand[], walk: Walk): void {
  const script = parse(text);
  if (script.errors?.length) walk.failed = true;
  visit(script, fedBy, walk);
}

function visit(node: SyntaxNode, fedBy: readonly SimpleCommand[], walk: Walk): void {
  if (walk.commands.length >= commandsMax || (node.type === 'Word' && !node.parts)) return;
  if (walk.nesting >= nestingMax) {
    walk.failed = true;
    return;
  }
  walk.nesting += 1;
  if (node.type === 'Command') addCommand(node, fedBy, walk);
  else if (node.type === 'Pipeline') visitPipeline(node, fedBy, walk);
  else {
    if (node.type === 'For') walk.shell.variables.set(node.name.value, node.wordlist?.[0]?.value ?? '');
    forEachChild(node, (child) => visit(child, fedBy, walk));
  }
  walk.nesting -= 1;
}

function visitPipeline({ commands }: Pipeline, fedBy: readonly SimpleCommand[], walk: Walk): void {
  const first = walk.commands.length;
  for (const command of commands) visit(command, [...fedBy, ...walk.commands.slice(first)], walk);
}

function addCommand(node: Command, fedBy: readonly SimpleCommand[], walk: Walk): void {
  const first = walk.commands.length;
  // Substitutions come first: what they print is what this command takes.
  forEachChild(node, (child) => visit(child, fedBy, walk));
  const feeding = [...fedBy, ...walk.commands.slice(first)].slice(-feedingMax);
  const words = wordsOf(node, walk.shell);
  const around = { ...surroundings(node, walk), fedBy: feeding };
  for (const { words: inner, through } of unwrap({ words: words.map(({ text }) => text), through: [] })) {
    const skipped = words.length - inner.length;
    const fed = through.at(-1) === 'xargs' ? fedWords(around) : [];
    const args = inner.slice(1).map((text) => (text === '{}' && fed[0] !== undefined ? fed[0] : text));
    const places = args.map((text, index) => {
      const word = words[index + skipped + 1];
      return !walk.within && word?.text === text ? word : nowhere;
    });
    const command: SimpleCommand = {
      ...around,
      name: programName(inner[0] ?? ''),
      args: args.includes(fed[0] ?? '') ? args : [...args, ...fed],
      places,
      through,
    };
    walk.commands.push(command);
    if (command.name === 'cd' || command.name === 'pushd')
      walk.shell.folder = command.args.find((arg) => arg !== '--') ?? '~';
    for (const script of scriptsIn(command)) visitText(script, command, walk);
  }
}

const nowhere = { start: -1, end: -1 };

interface PlacedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The words of a command, with what is known of variables put in; keeps what the command sets. */
function wordsOf({ name, args, prefix }: Command, { variables }: Shell): PlacedWord[] {
  const assignments = [...prefix, ...args].filter((one) => one.type === 'Assignment');
  for (const { name: variable, value } of assignments) {
    if (value.type === 'Word') variables.set(variable, value.value);
  }
  return [...(name ? [name] : []), ...args].flatMap((word) => {
    const written = word.type === 'Word' ? word.value : word.text;
    const text = written.includes('$') ? withVariables(written, variables) : written;
    // Unquoted, a variable with spaces becomes many words.
    const parts = text !== written && /^\$/.test(word.text) ? text.split(/\s+/).filter(Boolean) : [text];
    return parts.map((part) => ({ text: part, start: word.pos, end: word.end }));
  });
}

const valueCharsMax = 1_000;

function withVariables(text: string, variables: ReadonlyMap<string, string>): string {
  if (variables.size === 0) return text;
  return text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, bare: string, braced: string) =>
    (variables.get(bare ?? braced) ?? whole).slice(0, valueCharsMax),
  );
}

function surroundings(
  node: Command,
  { within, shell }: Walk,
): Pick<SimpleCommand, 'writes' | 'reads' | 'input' | 'folder' | 'start' | 'end'> {
  const files = node.redirects.flatMap((one) =>
    one.type === 'Redirect' && one.target
      ? [{ to: one.operator, file: withVariables(one.target.value, shell.variables) }]
      : [],
  );
  return {
    writes: files.flatMap(({ to, file }) => (to.includes('>') ? [file] : [])),
    reads: files.flatMap(({ to, file }) => (to === '<' ? [file] : [])),
    input: node.redirects.map(inputOf).join('\n'),
    folder: shell.folder,
    start: within?.start ?? node.pos,
    end: within?.end ?? node.end,
  };
}

/** Words that `xargs` would be given, where the text tells them. */
function fedWords({ fedBy, input }: Pick<SimpleCommand, 'fedBy' | 'input'>): string[] {
  const last = fedBy.at(-1);
  const printed = last && /^(?:echo|printf|ls)$/.test(last.name) ? last.args.filter((arg) => !arg.startsWith('-')) : [];
  return [...printed, ...input.split(/\s+/)].filter((word) => word !== '');
}

function inputOf(one: Command['redirects'][number]): string {
  if (one.type === 'HereString') return one.target?.value ?? '';
  return one.type === 'HereDoc' ? one.body.text : '';
}

function visitText(script: string, { fedBy, start, end }: SimpleCommand, walk: Walk): void {
  if (walk.depth >= depthMax || walk.commands.length >= commandsMax) return;
  walk.shell.innerChars += script.length;
  if (walk.shell.innerChars > innerCharsMax) {
    walk.failed = true;
    return;
  }
  const { shell, depth } = walk;
  const inner: Walk = {
    commands: [],
    depth: depth + 1,
    within: walk.within ?? { start, end },
    shell,
    nesting: 0,
    failed: false,
  };
  parseInto(script, fedBy, inner);
  walk.commands.push(...inner.commands);
}

const shells = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'fish', 'rbash', 'su', 'runuser']);

export function isShell(name: string): boolean {
  return shells.has(name);
}

/** Texts that a command runs as shell. */
function scriptsIn({ name, args, input, fedBy }: SimpleCommand): string[] {
  if (name === 'eval') return [args.join(' ')];
  if (name === 'trap' || name === 'alias') return args.slice(0, 1).map((text) => text.replace(/^\w+=/, ''));
  if (name === 'ssh') return args.slice(-1).filter((text) => text.includes(' '));
  if (!isShell(name)) return [];
  const option = args.findIndex((arg) => /^-[a-z]*c$/.test(arg) || arg === '--command');
  const script = option === -1 ? undefined : args[option + 1];
  return [script ?? '', input, decodedFeed(fedBy)].filter((text) => text !== '');
}

/** What `echo … | base64 -d` would print, and plain `echo …`. */
function decodedFeed(fedBy: readonly SimpleCommand[]): string {
  const printer = fedBy.find(({ name }) => name === 'echo' || name === 'printf');
  if (!printer) return '';
  const text = printer.args.filter((arg) => !/^-[neE]+$/.test(arg)).join(' ');
  const decoder = fedBy.find(({ name, args }) => name === 'base64' || (name === 'openssl' && args.includes('base64')));
  if (!decoder) return text;
  const compact = text.replaceAll(/\\n|\s/g, '');
  return /^[A-Za-z0-9+/]{8,16000}={0,2}$/.test(compact) ? decodeBase64(compact) : '';
}

function decodeBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return ''; // Not base64 after all; the pipe into a shell is found by itself.
  }
}

function programName(word: string): string {
  return word
    .slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1)
    .toLowerCase()
    .replace(/\.exe$/, '');
}
