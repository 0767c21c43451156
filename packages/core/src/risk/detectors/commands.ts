import type { Detector, Found } from '../detector.ts';
import type { Suggestion } from '../finding.ts';
import { parseCommands } from '../shell/parse-commands.ts';
import type { SimpleCommand } from '../shell/simple-command.ts';
import type { Danger } from './commands/danger.ts';
import { destroyRules, makesFileSystem, redirectsOver } from './commands/destroy.ts';
import { leavesTheMachine, machineRules } from './commands/machine.ts';
import { readsSecrets, reverseShell, runsFetched, runsUnread, sendsSecrets } from './commands/network.ts';
import { forkBomb, powerRules } from './commands/power.ts';
import { serviceRules } from './commands/services.ts';
import { changesSources } from './commands/sources.ts';
import { defenceRules, hidesTraces, staysBehind } from './commands/stay.ts';
import { dangersInTokens } from './commands/tokens.ts';
import { commandWords } from './commands/words.ts';
import { runsAsShell } from './kind-of-argument.ts';
import { dangersOfSql } from './sql.ts';

/** Longer texts are not parsed: their tokens are looked at. */
const parsedCharsMax = 65_536;

/**
 * Commands that destroy, open, send away or hide something. The target decides, not the verb: `rm -rf ./build` is work,
 * `rm -rf ~` is not.
 */
export const commands: Detector = {
  name: 'commands',
  surfaces: ['shell', 'tool_args'],
  keywords: commandWords,
  detect({ text, plain, offset }, passage) {
    if (!runsAsShell(passage)) return [];
    // Where nothing was folded the text itself is parsed: a shell tells upper from lower case.
    const source = plain.length === text.length ? text : plain;
    const parsed = isParsable(source) ? parseCommands(source) : undefined;
    const found = (parsed?.commands ?? []).flatMap((command) =>
      dangersOf(command).map((danger) => foundIn(source, command, danger)),
    );
    const fetched = parsed && runsFetched(parsed.commands);
    const bomb = forkBomb(source)
      ? [
          {
            rule: 'commands.fork-bomb',
            owasp: 'MCP05:2025' as const,
            weight: 0.93,
            reason: 'Starts processes without end.',
            start: 0,
            end: source.length,
          },
        ]
      : [];
    const tokens = dangersInTokens(source, !parsed?.complete).map(({ owasp = 'MCP05:2025', ...rest }) => ({
      owasp,
      ...rest,
    }));
    const all = distinct([
      ...found,
      ...(fetched ? [{ owasp: 'MCP05:2025' as const, ...fetched, start: 0, end: source.length }] : []),
      ...bomb,
      ...tokens,
    ]);
    return source === text ? all : all.map((one) => ({ ...one, start: offset(one.start), end: offset(one.end) }));
  },
};

/** Each level of substitution costs a look at the rest of the text, so many of them are no text to parse. */
const substitutionsMax = 400;

function isParsable(text: string): boolean {
  return text.length <= parsedCharsMax && (text.match(/[<>$]\(|`/g)?.length ?? 0) <= substitutionsMax;
}

const byName = new Map([
  ...Object.entries(machineRules),
  ...Object.entries(destroyRules),
  ...Object.entries(powerRules),
  ...Object.entries(serviceRules),
  ...Object.entries(defenceRules),
]);
const forAll = [
  makesFileSystem,
  redirectsOver,
  runsUnread,
  reverseShell,
  sendsSecrets,
  readsSecrets,
  staysBehind,
  hidesTraces,
  changesSources,
  leavesTheMachine,
];

/** What is dangerous about one command. Also for a command that is started without a shell. */
export function dangersOf(command: SimpleCommand): Danger[] {
  const rules = [byName.get(command.name), ...forAll, inDatabase];
  return rules.flatMap((rule) => rule?.(command) ?? []);
}

/** The SQL that a client of a database is given. */
function inDatabase({ name, args, input, fedBy }: SimpleCommand): Danger | undefined {
  if (!/^(?:mysql|mariadb|psql|sqlite3?|sqlcmd|cockroach|clickhouse-client|duckdb|sqlplus)$/.test(name))
    return undefined;
  const printed = fedBy.filter((one) => one.name === 'echo' || one.name === 'printf').flatMap((one) => one.args);
  const [heaviest] = [...args, ...printed, input]
    .filter((text) => /\s/.test(text))
    .flatMap(dangersOfSql)
    .sort((a, b) => b.weight - a.weight);
  return heaviest && { rule: heaviest.rule, weight: heaviest.weight, reason: heaviest.reason };
}

function foundIn(text: string, command: SimpleCommand, { safer, owasp = 'MCP05:2025', ...danger }: Danger): Found {
  const suggestion = safer && suggestionFor(text, command, safer);
  return { ...danger, owasp, start: command.start, end: command.end, ...(suggestion && { suggestion }) };
}

function suggestionFor(
  text: string,
  command: SimpleCommand,
  safer: NonNullable<Danger['safer']>,
): Suggestion | undefined {
  if ('only' in safer) return onlyCommand(text, command, safer);
  const place = command.places[safer.argument];
  // Within a text within the text, or where quotes were taken away, the place is not known well enough.
  if (!place || place.start < 0 || text.slice(place.start, place.end) !== command.args[safer.argument])
    return undefined;
  return { what: safer.what, text: text.slice(0, place.start) + safer.text + text.slice(place.end) };
}

/** `download | sh`, where that is all there is: nothing else may depend on what was run. */
function onlyCommand(
  text: string,
  { start, end }: SimpleCommand,
  { what, only }: { what: string; only: SimpleCommand },
): Suggestion | undefined {
  const whole = text.slice(0, only.start).trim() === '' && text.slice(end).trim() === '';
  if (!whole || !/^\s*\|&?\s*$/.test(text.slice(only.end, start))) return undefined;
  return { what, text: text.slice(only.start, only.end) };
}

/** One finding for each rule and place: the heaviest. */
function distinct(found: readonly Found[]): Found[] {
  const heaviest = new Map<string, Found>();
  for (const one of found) {
    const key = `${one.rule}:${one.start}`;
    const other = heaviest.get(key);
    if (!other || other.weight < one.weight) heaviest.set(key, one);
  }
  return [...heaviest.values()];
}
