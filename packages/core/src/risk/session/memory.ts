import type { Fact, FactOf, Parts } from './fact.ts';
import { Marks } from './marks.ts';
import { Usual } from './usual.ts';

/** One definition of a tool. */
export interface Definition {
  readonly hash: string;
  readonly parts: Parts;
}

/**
 * `new`: never seen; `pinned`: as it was at first sight; `approved`: a person said so; `changed`: neither, and seen in
 * another form before; `rejected`: a person refused it.
 */
export type ToolState = 'new' | 'pinned' | 'approved' | 'changed' | 'rejected';

/** What is known of one tool of one server. */
export interface KnownTool {
  readonly server: string;
  readonly tool: string;
  pin: Definition;
  latest: Definition;
  /** By hash of the definition, oldest first. */
  readonly answers: Map<string, 'approved' | 'rejected'>;
  /** When it was listed last, roughly: milliseconds since the epoch. */
  at: number;
}

export interface KnownServer {
  readonly name: string;
  readonly command: string;
}

/** Beyond that a new tool is not pinned. Pins never make way for others: whoever could crowd them out could change them. */
const toolsMax = 4_000;
const answersMax = 8;
const serversMax = 1_000;

/** All that the km's of a machine know, as the facts make it. Facts may come twice, and from many writers. */
export class Memory {
  marks = new Marks();
  usual = new Usual();
  readonly #servers = new Map<string, KnownServer & { at: number }>();
  readonly #tools = new Map<string, KnownTool>();

  apply(fact: Fact): void {
    if (fact.kind === 'server') this.#applyServer(fact);
    else if (fact.kind === 'tool') this.#applyTool(fact);
    else if (fact.kind === 'answer') this.#applyAnswer(fact);
    else if (fact.kind === 'marks') this.marks.add(fact);
    else if (fact.kind === 'forget') this.marks.forget(fact.at);
    else this.usual.apply(fact);
  }

  /** Forgets everything, to be told anew. */
  clear(): void {
    this.marks = new Marks();
    this.usual = new Usual();
    this.#servers.clear();
    this.#tools.clear();
  }

  tool(server: string, tool: string): KnownTool | undefined {
    return this.#tools.get(keyOf(server, tool));
  }

  tools(): readonly KnownTool[] {
    return [...this.#tools.values()];
  }

  server(id: string): KnownServer | undefined {
    return this.#servers.get(id);
  }

  /** The fewest facts that make this memory; marks that have expired are left out. */
  snapshot(now: number): Fact[] {
    const servers = [...this.#servers].map(([server, known]): Fact => ({ kind: 'server', server, ...known }));
    return [
      ...servers,
      ...[...this.#tools.values()].flatMap(factsOf),
      ...this.marks.snapshot(now),
      ...this.usual.snapshot(),
    ];
  }

  #applyServer({ server, name, command, at }: FactOf<'server'>): void {
    if (this.#servers.has(server) || this.#servers.size < serversMax) this.#servers.set(server, { name, command, at });
  }

  #applyTool({ server, tool, hash, parts, at }: FactOf<'tool'>): void {
    const key = keyOf(server, tool);
    const known = this.#tools.get(key);
    const latest = { hash, parts };
    if (known === undefined) {
      if (this.#tools.size >= toolsMax) return;
      this.#tools.set(key, { server, tool, pin: latest, latest, answers: new Map(), at });
    } else if (at >= known.at) {
      known.latest = latest;
      known.at = at;
      if (known.answers.get(hash) === 'approved') known.pin = latest;
    }
  }

  #applyAnswer({ server, tool, hash, answer }: FactOf<'answer'>): void {
    const known = this.tool(server, tool);
    if (known === undefined) return;
    known.answers.delete(hash);
    known.answers.set(hash, answer);
    for (const oldest of [...known.answers.keys()].slice(0, -answersMax)) known.answers.delete(oldest);
    if (answer === 'approved' && known.latest.hash === hash) known.pin = known.latest;
  }
}

/** What a definition is, given what is known of its tool. */
export function stateOf(known: KnownTool | undefined, hash: string): ToolState {
  if (known === undefined) return 'new';
  return known.answers.get(hash) ?? (known.pin.hash === hash ? 'pinned' : 'changed');
}

function factsOf({ server, tool, pin, latest, answers, at }: KnownTool): Fact[] {
  const seen = (definition: Definition): Fact => ({ kind: 'tool', server, tool, ...definition, at });
  const given = [...answers].map(([hash, answer]): Fact => ({ kind: 'answer', server, tool, hash, answer, at }));
  return [seen(pin), ...given, ...(latest.hash === pin.hash ? [] : [seen(latest)])];
}

const keyOf = (server: string, tool: string): string => `${server}\n${tool}`;
