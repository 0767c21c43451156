import type { Engine } from '@kilometers/core/risk/assess.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import { expand, type Surroundings } from '../clients/expand.ts';
import type { ClientConfig } from '../clients/find-configs.ts';
import type { ConfiguredServer, StdioServer } from '../clients/server.ts';
import { type Item, judgeListing } from './judge-listing.ts';
import type { Listing } from './list-server.ts';
import type { Scan, ServerReport, ServerState } from './report.ts';

/** How a scan reaches the world. */
export interface Scanning {
  readonly surroundings: Surroundings;
  /** Only these servers. */
  readonly names?: readonly string[] | undefined;
  /** What the command that starts a server is worth worrying about. */
  judgeLaunch(command: string, args: readonly string[]): Assessment;
  /** Score of a launch from which a server is not started. */
  readonly refuseFrom: number;
  /** Starts a server and asks what it has; a sentence where that fails. */
  ask(server: StdioServer): Promise<Listing | string>;
  /** How km calls a server that nobody has named. */
  nameOf(command: string, args: readonly string[]): string;
  /** The engine that judges what a server says. Engines of one scan know of each other's tools. */
  engineFor(program: Program): Engine;
}

/** What is started for a server: its command without km, and how km calls it in records. */
export type Program = StdioServer & { readonly name: string };

/** Starting a server is mostly waiting for it. */
const atOnce = 4;

interface Asked {
  readonly config: ClientConfig;
  readonly server: ConfiguredServer;
  readonly program?: Program;
  readonly launch?: Item;
  readonly state: Exclude<ServerState, { kind: 'listed' }> | Listing;
}

/** Starts what the files configure, several at once, and judges what they say, one after the other in the order of the files. */
export async function scanServers(configs: readonly ClientConfig[], scanning: Scanning): Promise<Scan> {
  const { names } = scanning;
  const wanted = configs.flatMap((config) =>
    config.servers
      .filter(({ name }) => names === undefined || names.includes(name))
      .map((server) => ({ config, server })),
  );
  const ask = oncePerProgram(scanning.ask);
  const asked = await inTurns(wanted, (one) => askOne(one, { ...scanning, ask }));
  const faults = configs.flatMap(({ file, fault }) => (fault === undefined ? [] : [{ file, fault }]));
  const engines = engagedEngines(asked, scanning.engineFor);
  return { servers: asked.map((one) => reportOf(one, engines)), faults };
}

async function askOne({ config, server }: Pick<Asked, 'config' | 'server'>, scanning: Scanning): Promise<Asked> {
  const skipped = (why: string): Asked => ({ config, server, state: { kind: 'skipped', why } });
  if (server.disabled) return skipped('it is switched off');
  if (server.kind === 'unclear') return skipped('the file names no command for it');
  if (server.kind === 'remote') return skipped('servers with a URL are not asked');
  const expanded = expand(server, scanning.surroundings);
  if (expanded.kind === 'open') return skipped(`only the client knows what ${expanded.placeholder} is`);
  const program = withoutKm(expanded, scanning.nameOf);
  const assessment = scanning.judgeLaunch(program.command, program.args);
  const launch: Item = { kind: 'launch', name: 'command', assessment };
  const shown = { config, server, program, ...(assessment.level !== 'none' && { launch }) };
  if (assessment.score >= scanning.refuseFrom)
    return { ...shown, state: { kind: 'refused', why: 'its command was judged first; --yes starts it all the same' } };
  const answer = await scanning.ask(program);
  return { ...shown, state: typeof answer === 'string' ? { kind: 'failed', why: answer } : answer };
}

/**
 * The server itself where km already stands before it: a scan is no session and leaves no record. Called as km calls it, so
 * that what is known of it is found.
 */
function withoutKm(server: StdioServer, nameOf: Scanning['nameOf']): Program {
  const isKm = /(?:^|[/\\])km(?:\.exe|\.cmd)?$/.test(server.command) && server.args[0] === 'monitor';
  const end = isKm ? server.args.indexOf('--') : -1;
  const [command = server.command, ...args] =
    end === -1 ? [server.command, ...server.args] : server.args.slice(end + 1);
  return {
    ...server,
    command,
    args,
    name: nameGiven(server.args.slice(0, Math.max(end, 0))) ?? nameOf(command, args),
  };
}

/** What `--name` says among options of `km monitor`. */
function nameGiven(options: readonly string[]): string | undefined {
  const at = options.indexOf('--name');
  return at === -1 ? options.find((one) => one.startsWith('--name='))?.slice('--name='.length) : options[at + 1];
}

/** Several clients mostly have the same servers. */
function oncePerProgram(ask: Scanning['ask']): Scanning['ask'] {
  const asked = new Map<string, Promise<Listing | string>>();
  return (server) => {
    const key = JSON.stringify([server.command, server.args, server.env, server.cwd]);
    const answer = asked.get(key) ?? ask(server);
    asked.set(key, answer);
    return answer;
  };
}

async function inTurns<T, R>(all: readonly T[], act: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(all.length);
  const rest = all.entries();
  const worker = async () => {
    for (const [index, one] of rest) results[index] = await act(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** An engine for each program, all of which have heard what every server says before the first is judged. */
function engagedEngines(asked: readonly Asked[], engineFor: Scanning['engineFor']): ReadonlyMap<Listing, Engine> {
  const engines = new Map<Listing, Engine>();
  for (const { program, state } of asked) {
    if ('kind' in state || program === undefined || engines.has(state)) continue;
    const engine = engineFor(program);
    engines.set(state, engine);
    for (const subject of state.subjects) engine.learn(subject, engine.assess(subject), true);
  }
  return engines;
}

function reportOf({ config, server, launch, state }: Asked, engines: ReadonlyMap<Listing, Engine>): ServerReport {
  const { file, title, text } = config;
  const at = { client: title, file, line: lineOf(text, server.name), name: server.name };
  const before = launch === undefined ? [] : [launch];
  if ('kind' in state) return { ...at, state, items: before };
  const { counts, faults } = state;
  const judged = judgeListing(engines.get(state) as Engine, state); // Each listing has got one.
  const told = [...faults, ...judged.faults];
  return { ...at, state: { kind: 'listed', counts, faults: told }, items: [...before, ...judged.items] };
}

/** The first line that holds the name; the first of all where it is written in some other way. */
function lineOf(text: string, name: string): number {
  const at = text.indexOf(name);
  return at < 0 || name === '' ? 1 : text.slice(0, at).split('\n').length;
}
