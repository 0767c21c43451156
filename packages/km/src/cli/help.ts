import type { Command, OptionSpec } from '../commands/command.ts';
import { commonOptions } from './parse.ts';

/** What the overview needs to know of a command: nothing that has to be loaded. */
export interface Summary {
  readonly name: string;
  readonly summary: string;
}

/** `km --help`, and `km config --help` with the commands of that group. */
export function overview(commands: readonly Summary[], group?: string): string {
  const shown = group === undefined ? commands : commands.filter(({ name }) => name.startsWith(`${group} `));
  const rows = shown.map(({ name, summary }): [string, string] => [name, summary]);
  const more = '`km <command> --help` tells more about one of them.\n';
  if (group !== undefined) return `Usage: km ${group} <command> [options]\n\nCommands:\n${table(rows)}\n${more}`;
  return `Puts a Model Context Protocol server on record, and changes nothing else.

Usage: km <command> [options]

Commands:
${table(rows)}
Options:
${table([['-V, --version', 'Print the version']])}
Example:
  km monitor -- npx -y @modelcontextprotocol/server-everything

${more}`;
}

/** `km X --help`. */
export function commandHelp({ name, summary, usage, options, examples }: Command): string {
  const all: Readonly<Record<string, OptionSpec>> = { ...options, ...missing(options) };
  return `${summary}.

Usage: km ${name}${usage === '' ? '' : ` ${usage}`}

Options:
${table(Object.entries(all).map(([option, spec]) => [optionHead(option, spec), spec.help]))}
${examples.length === 1 ? 'Example' : 'Examples'}:
${examples.map((example) => `  ${example}\n`).join('')}`;
}

/** `-n, --lines COUNT`, and without the short form in the same column. */
function optionHead(name: string, { short, type, value, multiple }: OptionSpec): string {
  const argument = type === 'string' ? ` ${value ?? 'VALUE'}` : '';
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${argument}${multiple === true ? ' …' : ''}`;
}

/** A command may say better than we do what its `--json` prints. */
function missing(options: Command['options']): Readonly<Record<string, OptionSpec>> {
  return Object.fromEntries(Object.entries(commonOptions).filter(([name]) => !(name in options)));
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([head]) => head.length));
  return rows.map(([head, text]) => `  ${head.padEnd(width)}  ${text}\n`).join('');
}
