import type { Finding } from '../finding.ts';
import type { Subject } from '../surfaces.ts';
import { type Likeness, type Name, NameIndex, nameOf } from './alike.ts';
import { definitionHash, type ListedTool, toolsIn } from './listed-tools.ts';
import type { KnownTool } from './memory.ts';
import { type Sense, type SenseParts, shown, sighted } from './sense.ts';

/** A server that was not seen for so long is not in use. */
const inUseMs = 30 * 24 * 3_600_000;
const namesMax = 2_000;
const descriptionCharsMax = 16_384;

/** Names that many servers have, and no model confuses by more than it does anyway. */
const common = new Set(
  (
    'search fetch query get list create update delete read write run execute help ping echo status version info health ' +
    'read_file write_file edit_file create_file delete_file move_file list_files search_files get_file_info get_file_contents ' +
    'list_directory create_directory directory_tree read_query write_query execute_query execute_sql run_query list_tables ' +
    'describe_table execute_command run_command create_issue get_issue list_issues update_issue search_issues search_code ' +
    'add_comment list_comments send_message list_channels get_user list_users get_me list_projects get_project ' +
    'create_pull_request list_pull_requests get_current_time list_resources screenshot navigate click web_search'
  ).split(' '),
);

interface Other {
  readonly known: KnownTool;
  readonly server: string;
}

/** Tools of other servers that are in use. */
interface Others {
  readonly byTool: ReadonlyMap<string, Other>;
  readonly byLook: NameIndex<Other>;
}

/**
 * Finds tools that stand in for, or interfere with, those of the other servers of this machine.
 *
 * Of two tools of one name the later one is the shadow. A program that is started twice, with the same tools, is none.
 */
export function shadowing(parts: SenseParts): Sense {
  return {
    look(subject, textFindings) {
      const tools = toolsIn(subject)?.tools ?? [];
      const { instructions } = (subject.rpc.result ?? {}) as { instructions?: unknown };
      const text = subject.dir === 's2c' && typeof instructions === 'string' ? instructions : '';
      if (tools.length === 0 && text === '') return [];
      const others = othersOf(parts);
      if (others.byTool.size === 0) return [];
      const ownNames = ownNamesOf(subject, parts);
      const found = tools.flatMap(({ tool, pointer }) => {
        const isSuspect = textFindings.some(({ at, weight }) => weight >= 0.4 && isWithin(at.pointer, pointer));
        return [
          ...shadowOf(tool, pointer, { others, ownNames, isSuspect, parts }),
          ...mentions(descriptionOf(tool), `${pointer}/description`, { others, ownNames, isSuspect }),
        ];
      });
      return [...found, ...mentions(text, '/result/instructions', { others, ownNames, isSuspect: false })];
    },
    learn() {}, // The pins know all tools.
  };
}

interface Scene {
  readonly others: Others;
  readonly ownNames: ReadonlySet<string>;
  /** A detector has found something in what the tool says of itself. */
  readonly isSuspect: boolean;
}

const names = new WeakMap<KnownTool, Name>();

/** Two ways to start a server of one name are one server. */
function othersOf({ memory, server, now }: SenseParts): Others {
  const own = memory.server(server)?.name;
  const rows = memory.tools().filter((known) => known.server !== server && now() - known.at < inUseMs);
  const named = rows.map((known) => ({ known, server: memory.server(known.server)?.name ?? '' }));
  const others = named.filter((row) => row.server !== own).slice(0, namesMax);
  const byLook = new NameIndex(others.map((value) => ({ name: nameOfKnown(value.known), value })));
  return { byTool: new Map(others.map((other) => [other.known.tool, other])), byLook };
}

function nameOfKnown(known: KnownTool): Name {
  const name = names.get(known) ?? nameOf(known.tool);
  names.set(known, name);
  return name;
}

function ownNamesOf(subject: Subject, { memory, server }: SenseParts): ReadonlySet<string> {
  const listed = toolsIn(subject)?.tools.map(({ tool }) => tool.name) ?? [];
  const known = memory.tools().filter((row) => row.server === server);
  return new Set([...listed, ...known.map(({ tool }) => tool)]);
}

function shadowOf(
  tool: ListedTool,
  pointer: string,
  { others, isSuspect, parts }: Scene & { parts: SenseParts },
): Finding[] {
  const own = parts.memory.tool(parts.server, tool.name);
  for (const { value, like } of others.byLook.like(nameOf(tool.name))) {
    const { known, server } = value;
    if (isOlder(own, known, parts)) continue;
    if (like === 'same' && definitionHash(tool, parts.hash) === known.latest.hash) continue;
    const refers = isSuspect || namesServer(descriptionOf(tool), server);
    return [shadowFinding(tool.name, pointer, { like, refers, other: `${known.tool} of ${server}` })];
  }
  return [];
}

/** Facts keep their order, so what was known first stands first. */
function isOlder(own: KnownTool | undefined, other: KnownTool, { memory }: SenseParts): boolean {
  if (own === undefined) return false;
  return memory.tools().find((known) => known === own || known === other) === own;
}

const weights: Readonly<Record<Likeness, number>> = { same: 0.4, spelling: 0.2, number: 0.2, slip: 0.4, look: 0.7 };
const sayings: Readonly<Record<Likeness, string>> = {
  same: 'has the name of',
  spelling: 'is but for its spelling called like',
  number: 'is but for the plural called like',
  slip: 'is but for one letter called like',
  look: 'is written with letters that look like those of',
};

interface Shadow {
  readonly like: Likeness;
  readonly refers: boolean;
  readonly other: string;
}

function shadowFinding(tool: string, pointer: string, { like, refers, other }: Shadow): Finding {
  const usual = common.has(tool) && (like === 'same' || like === 'spelling') ? 0.1 : weights[like];
  const weight = refers && like !== 'number' ? 0.85 : usual;
  const more = refers ? ' What it says of itself makes that no accident.' : '';
  const reason = `The tool ${shown(tool)} ${sayings[like]} ${shown(other)}: a model may call the wrong one.${more}`;
  return sighted(pointer, { rule: 'tools.shadow', owasp: 'MCP03:2025', weight, reason, evidence: shown(tool) });
}

/** A text of this server that speaks of another server's tools: there is hardly a reason to, but to meddle. */
function mentions(text: string, pointer: string, { others, ownNames, isSuspect }: Scene): Finding[] {
  const words = text.slice(0, descriptionCharsMax).matchAll(/[A-Za-z][\w-]{4,63}/g);
  for (const { 0: word, index } of words) {
    const other = isIdentifier(word) && !ownNames.has(word) ? others.byTool.get(word) : undefined;
    if (other === undefined) continue;
    const near = text.slice(Math.max(0, index - 80), index + word.length + 80);
    const weight = isSuspect ? 0.8 : directs.test(near) ? 0.5 : 0.3;
    const reason = `This text speaks of ${shown(word)}, a tool of another server (${shown(other.server)}).`;
    const at = { pointer, start: index, end: index + word.length };
    return [{ rule: 'tools.mention', owasp: 'MCP03:2025', weight, reason, evidence: shown(word), at }];
  }
  return [];
}

/** A word that is no word of a language. */
function isIdentifier(word: string): boolean {
  return /[a-z0-9][_-][a-z0-9]|[a-z][A-Z]/i.test(word) && /[_-]|[a-z][A-Z]/.test(word);
}

const directs =
  /\b(?:before|after|instead|prefer|rather|always|first|must|never|whenever|every time|do not|don't|only|override|replace|deprecated|required?|stop using|make sure|ensure)\b/i;

function namesServer(description: string, server: string): boolean {
  return server.length >= 4 && wordsIn(description).has(server.toLowerCase());
}

function wordsIn(text: string): ReadonlySet<string> {
  return new Set(
    text
      .slice(0, descriptionCharsMax)
      .toLowerCase()
      .split(/[^\w-]+/),
  );
}

function descriptionOf({ description }: ListedTool): string {
  return typeof description === 'string' ? description : '';
}

const isWithin = (pointer: string, outer: string): boolean => pointer === outer || pointer.startsWith(`${outer}/`);
