import type { ConfiguredServer, RemoteServer, StdioServer, UnclearServer } from './server.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Names under which clients keep their servers; `amp.mcpServers` is one key with a dot in it. */
const sections = ['mcpServers', 'servers', 'context_servers', 'mcp_servers', 'mcp', 'extensions', 'amp.mcpServers'];

/** A section, and the names its entries may go by. A setting that is called `mcp` or `servers` by chance yields nothing. */
export type Section = (typeof sections)[number];

/**
 * Every server of a configuration that has been parsed. Clients differ in what they call things, not in what they mean, so
 * one reader takes the names of all of them.
 *
 * @param wanted Where this client keeps its servers; without it every place that some client uses.
 */
export function readServers(config: unknown, wanted: readonly Section[] = sections): ConfiguredServer[] {
  if (!isObject(config)) return [];
  const own = wanted.flatMap((section) => entriesOf(config[section]));
  // Claude Code keeps those of a folder in the user's file, below that folder's name.
  const projects = isObject(config.projects) ? Object.values(config.projects) : [];
  const local = projects.flatMap((project) => (isObject(project) ? entriesOf(project.mcpServers) : []));
  return [...own, ...local].map(([name, entry]) => serverOf(name, entry));
}

/** A map by name, or a list whose entries say their name. */
function entriesOf(section: unknown): [string, JsonObject][] {
  if (Array.isArray(section)) return section.filter(isObject).map((entry) => [text(entry.name) ?? '', entry]);
  if (!isObject(section)) return [];
  const entries = Object.entries(section).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
  return entries.filter(([, entry]) => looksLikeServer(entry));
}

const commandNames = ['command', 'cmd'];
const addressNames = ['url', 'serverUrl', 'httpUrl', 'uri'];
const environmentNames = ['env', 'envs', 'environment'];

/** Sections of other programs share names with ours: what has neither a program, an address nor a type is not meant. */
function looksLikeServer(entry: JsonObject): boolean {
  return [...commandNames, ...addressNames, 'type', 'transport'].some((name) => name in entry);
}

function serverOf(name: string, entry: JsonObject): ConfiguredServer {
  return { name, disabled: entry.disabled === true || entry.enabled === false, ...endOf(entry) };
}

function endOf(entry: JsonObject): StdioServer | RemoteServer | UnclearServer {
  const [command, ...args] = commandOf(entry);
  const url = firstOf(entry, addressNames).map(text)[0];
  if (command !== undefined)
    return {
      kind: 'stdio',
      command,
      args,
      env: environmentOf(entry),
      cwd: text(entry.cwd) ?? text(entry.workingDirectory),
    };
  return url === undefined ? { kind: 'unclear' } : { kind: 'remote', url };
}

/** A string with arguments beside it, a list of all words, or an object that has both. */
function commandOf(entry: JsonObject): string[] {
  const command = firstOf(entry, commandNames)[0];
  if (Array.isArray(command)) return strings(command);
  if (isObject(command)) return commandOf({ command: command.path, args: command.args });
  return typeof command === 'string' && command !== '' ? [command, ...strings(entry.args)] : [];
}

function environmentOf(entry: JsonObject): Record<string, string> {
  const nested = isObject(entry.command) ? entry.command.env : undefined;
  const env = firstOf(entry, environmentNames)[0] ?? nested;
  if (!isObject(env)) return {};
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => scalar(value).map((text) => [name, text])));
}

function firstOf(entry: JsonObject, names: readonly string[]): unknown[] {
  return names.filter((name) => name in entry).map((name) => entry[name]);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap(scalar) : [];
}

/** YAML and TOML let people write a port or a switch without quotes. */
function scalar(value: unknown): string[] {
  return ['string', 'number', 'boolean'].includes(typeof value) ? [String(value)] : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
