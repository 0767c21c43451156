import { parseArgs } from 'node:util';
import { KmError } from '@kilometers/core/errors.ts';
import type { Command, Invocation, OptionSpec } from '../commands/command.ts';
import { nearest } from '../errors/nearest.ts';

/** Options that every command understands. */
export const commonOptions = {
  json: { type: 'boolean', help: 'Print JSON; errors too' },
  help: { type: 'boolean', short: 'h', help: 'Show this help' },
} as const satisfies Record<string, OptionSpec>;

export type Request =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly of: string | undefined }
  | { readonly kind: 'run'; readonly name: string; readonly args: readonly string[]; readonly rest: Rest };

/** What stood after `--`, verbatim. */
type Rest = readonly string[] | undefined;

/**
 * Finds out which command is meant. Nothing is loaded yet.
 *
 * @param argv What stands after `km`.
 * @param names Of all commands, such as `config show`.
 * @throws KmError `usage.unknown-command`, `usage.unknown-option`
 */
export function readArguments(argv: readonly string[], names: readonly string[]): Request {
  const at = argv.indexOf('--');
  const words = at === -1 ? argv : argv.slice(0, at);
  const [first] = words;
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', of: undefined };
  if (first === '--version' || first === '-V') return { kind: 'version' };
  if (first === 'help')
    return { kind: 'help', of: words.length === 1 ? undefined : commandName(words.slice(1), names) };
  const name = commandName(words, names);
  const args = words.slice(name.split(' ').length);
  const wantsHelp = !names.includes(name) || args.includes('--help') || args.includes('-h');
  return wantsHelp
    ? { kind: 'help', of: name }
    : { kind: 'run', name, args, rest: at === -1 ? undefined : argv.slice(at + 1) };
}

/** The command, or the group of commands, that the first words name. */
function commandName([first = '', second = '']: readonly string[], names: readonly string[]): string {
  if (names.includes(`${first} ${second}`)) return `${first} ${second}`;
  if (names.includes(first)) return first;
  const isGroup = names.some((name) => name.startsWith(`${first} `));
  if (isGroup && (second === '' || second.startsWith('-'))) return first;
  if (first.startsWith('-')) throw unknownOption(first, ['--help', '--version'], '');
  throw unknownCommand(isGroup ? `${first} ${second}` : first, names);
}

/**
 * Reads the options of one command by its own definition.
 *
 * @throws KmError `usage.unknown-option`, `usage.bad-value`, `usage.no-program`
 */
export function readOptions(
  command: Command,
  args: readonly string[],
  rest: Rest,
): Pick<Invocation, 'options' | 'positionals' | 'rest'> {
  // As most clients start km; Node takes half a millisecond to load what parses.
  if (args.length === 0) return { options: {}, positionals: [], rest };
  const options: Readonly<Record<string, OptionSpec>> = { ...commonOptions, ...command.options };
  // Leniently, and judged here: what parseArgs throws differs between runtimes and suggests nothing.
  const config = { args: [...args], options, allowPositionals: true, strict: false, tokens: true } as const;
  const { tokens, values, positionals } = parseArgs(config);
  for (const token of tokens) {
    if (token.kind === 'option') checkOption(command, options, token);
    else if (command.takesProgram === true) throw missingDashes(command, args.slice(token.index));
  }
  return { options: values, positionals, rest };
}

type OptionToken = { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined };

function checkOption(command: Command, options: Readonly<Record<string, OptionSpec>>, token: OptionToken): void {
  const spec = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
  if (spec === undefined) throw unknownOption(token.rawName, spellings(options), ` ${command.name}`);
  const { rawName, value, inlineValue } = token;
  if (spec.type === 'boolean' && value !== undefined) throw badValue(command, `${rawName} takes no value.`);
  if (spec.type === 'boolean') return;
  // `--name --verbose`: the value was forgotten. `-` alone is a value, by custom that of standard input.
  const isForgotten = value === undefined || (inlineValue === false && /^-./.test(value));
  if (isForgotten) throw badValue(command, `${rawName} wants a value: ${rawName} ${spec.value ?? 'VALUE'}.`);
}

function spellings(options: Readonly<Record<string, OptionSpec>>): string[] {
  return Object.entries(options).flatMap(([name, { short }]) => [`--${name}`, ...(short ? [`-${short}`] : [])]);
}

function unknownCommand(found: string, names: readonly string[]): KmError {
  const groups = names.map((name) => name.split(' ')[0] ?? name);
  const meant = nearest(found, [...names, ...groups]);
  return new KmError('usage.unknown-command', `There is no command \`${found}\`.`, suggestion(meant && `km ${meant}`));
}

function unknownOption(found: string, known: readonly string[], command: string): KmError {
  const meant = found.length > 2 ? nearest(found, known) : undefined;
  const fix = meant === undefined ? `Run \`km${command} --help\` for its options.` : undefined;
  const message = `\`km${command}\` has no option \`${found}\`.`;
  return new KmError('usage.unknown-option', message, fix === undefined ? suggestion(meant) : { fix });
}

function suggestion(meant: string | undefined): { fix?: string } {
  return meant === undefined ? {} : { fix: `Did you mean \`${meant}\`?` };
}

function badValue({ name }: Command, message: string): KmError {
  return new KmError('usage.bad-value', message, { fix: `Run \`km ${name} --help\` for what it takes.` });
}

function missingDashes({ name }: Command, program: readonly string[]): KmError {
  const message = `The program for \`km ${name}\` must stand after two dashes.`;
  return new KmError('usage.no-program', message, { fix: `Write \`km ${name} -- ${program.join(' ')}\`.` });
}
