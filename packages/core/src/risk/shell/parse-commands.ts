import { type Command, forEachChild, type Pipeline, parse, type SyntaxNode } from 'unbash';
import type { SimpleCommand } from './simple-command.ts';
import { type Started, unwrap } from './unwrap.ts';

/** Texts within texts: `sh -c "sh -c …"`. */
const depthMax = 5;
const commandsMax = 500;

interface Walk {
  readonly commands: SimpleCommand[];
  readonly depth: number;
  /** Where a text within the text stands in the outermost one; undefined for the outermost itself. */
  readonly within: { readonly start: number; readonly end: number } | undefined;
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
  const walk: Walk = { commands: [], depth: 0, within: undefined, failed: false };
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
  if (node.type === 'Command') addCommand(node, fedBy, walk);
  else if (node.type === 'Pipeline') visitPipeline(node, fedBy, walk);
  else forEachChild(node, (child) => visit(child, fedBy, walk));
}

function visitPipeline({ commands }: Pipeline, fedBy: readonly SimpleCommand[], walk: Walk): void {
  const first = walk.commands.length;
  for (const command of commands) visit(command, [...fedBy, ...walk.commands.slice(first)], walk);
}

function addCommand(node: Command, fedBy: readonly SimpleCommand[], walk: Walk): void {
  const first = walk.commands.length;
  // Substitutions come first: what they print is what this command takes.
  forEachChild(node, (child) => visit(child, fedBy, walk));
  const feeding = [...fedBy, ...walk.commands.slice(first)];
  const words = [...(node.name ? [node.name] : []), ...node.args];
  const input = node.redirects.map(inputOf).join('\n');
  const started: Started = {
    words: words.map((word) => ('value' in word && typeof word.value === 'string' ? word.value : word.text)),
    through: [],
  };
  const common = {
    writes: node.redirects.flatMap((one) =>
      one.type === 'Redirect' && one.operator.includes('>') && one.target ? [one.target.value] : [],
    ),
    reads: node.redirects.flatMap((one) =>
      one.type === 'Redirect' && one.operator === '<' && one.target ? [one.target.value] : [],
    ),
    input,
    fedBy: feeding,
    start: walk.within?.start ?? node.pos,
    end: walk.within?.end ?? node.end,
  };
  for (const { words: inner, through } of unwrap(started)) {
    const skipped = words.length - inner.length;
    const places = inner.map((_, index) => {
      const word = words[index + skipped];
      const same = !walk.within && word && 'value' in word && word.value === inner[index];
      return same ? { start: word.pos, end: word.end } : { start: -1, end: -1 };
    });
    const command: SimpleCommand = {
      ...common,
      name: programName(inner[0] ?? ''),
      args: inner.slice(1),
      places: places.slice(1),
      through,
    };
    walk.commands.push(command);
    for (const script of scriptsIn(command)) visitText(script, command, walk);
  }
}

function inputOf(one: Command['redirects'][number]): string {
  if (one.type === 'HereString') return one.target?.value ?? '';
  return one.type === 'HereDoc' ? one.body.text : '';
}

function visitText(script: string, { fedBy, start, end }: SimpleCommand, walk: Walk): void {
  if (walk.depth >= depthMax || walk.commands.length >= commandsMax) return;
  const inner: Walk = { commands: [], depth: walk.depth + 1, within: walk.within ?? { start, end }, failed: false };
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
