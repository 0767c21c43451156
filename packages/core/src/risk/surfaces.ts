import type { Passage, Surface } from './passage.ts';
import { childOf, isOfProtocol, leavesOf } from './walk.ts';

/** A message, and what is known of it beside its text. Shaped like JSON-RPC; unknown members are legal. */
export interface Subject {
  readonly dir: 'c2s' | 's2c';
  readonly rpc: {
    readonly id?: string | number | null;
    readonly method?: string;
    readonly params?: unknown;
    readonly result?: unknown;
    readonly error?: unknown;
  };
  /** On a response: the request it answers, where that is known. `target` is the tool, prompt or resource it named. */
  readonly asked?: { readonly method: string; readonly target?: string };
}

/** More strings than this share a few long passages, so that a message of many crumbs costs no more than a long text. */
const passagesMax = 20_000;
const sharedChars = 60_000;

/** Every string of a message that somebody will read or run. */
export function passagesOf(subject: Subject): readonly Passage[] {
  const passages: Passage[] = [];
  for (const source of sourcesOf(subject)) {
    for (const { text, pointer, key } of leavesOf(source, { allNames: source.surface === 'tool_description' })) {
      const { surface, tool } = source;
      const passage: Passage = { surface, text, pointer, key, ...(tool !== undefined && { tool }) };
      if (passages.length < passagesMax) passages.push(passage);
      else share(passages, passage);
    }
  }
  return passages;
}

/**
 * A text by itself. Arguments come as a whole too: their members are looked at as those of a call, and each finding says
 * in which of them it is.
 */
export function passagesOfText(passage: Omit<Passage, 'pointer'>): readonly Passage[] {
  const members = passage.surface === 'tool_args' ? objectIn(passage.text) : undefined;
  if (members === undefined) return [{ ...passage, pointer: '' }];
  const { key = '', tool } = passage;
  const passages: Passage[] = [];
  for (const leaf of leavesOf({ value: members, pointer: '', key })) {
    passages.push({ surface: passage.surface, ...leaf, ...(tool !== undefined && { tool }) });
    if (passages.length > passagesMax) return [{ ...passage, pointer: '' }];
  }
  return passages;
}

function objectIn(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Something else that begins with a brace: looked at as it is.
  }
}

/** Adds a text to the last passage while that has room, and is of the same kind. */
function share(passages: Passage[], passage: Passage): void {
  const last = passages[passages.length - 1] as Passage;
  const fits = passages.length > passagesMax && last.text.length + passage.text.length < sharedChars;
  if (!fits || last.surface !== passage.surface) passages.push(passage);
  else passages[passages.length - 1] = { ...last, text: `${last.text}\n${passage.text}` };
}

/** A part of a message, and what kind of text its strings are. */
interface Source {
  readonly value: unknown;
  readonly pointer: string;
  readonly key: string;
  readonly surface: Surface;
  readonly tool?: string;
}

function* sourcesOf({ dir, rpc, asked }: Subject): Generator<Source> {
  const surface = dir === 'c2s' ? 'tool_args' : 'tool_result';
  if (rpc.params !== undefined) yield* paramsOf(rpc.params, rpc.method ?? '', surface);
  if (rpc.result !== undefined) {
    if (dir === 's2c') yield* resultOf(rpc.result, asked);
    else yield { value: rpc.result, pointer: '/result', key: 'result', surface };
  }
  if (rpc.error !== undefined) {
    yield { value: rpc.error, pointer: '/error', key: 'error', surface, ...toolOf(asked) };
  }
}

interface Members {
  readonly name?: unknown;
  readonly [name: string]: unknown;
}

function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

function* paramsOf(params: unknown, method: string, surface: Surface): Generator<Source> {
  const members = membersOf(params);
  if (members === undefined) {
    yield { value: params, pointer: '/params', key: 'params', surface };
    return;
  }
  const tool = method === 'tools/call' && typeof members.name === 'string' ? { tool: members.name } : {};
  for (const name of Object.keys(members).sort()) {
    // Of the client itself: progress tokens, trace context, its name and what it can do. A server's `_meta` is looked at.
    if (isOfProtocol(name, members[name]) || (name === '_meta' && surface === 'tool_args')) continue;
    yield { value: members[name], pointer: childOf('/params', name), key: name, surface, ...tool };
  }
}

/** Members of results that list what a server has, and by what each entry is called. */
const lists: Readonly<Record<string, readonly string[]>> = {
  tools: ['name'],
  prompts: ['name'],
  resources: ['name', 'uri'],
  resourceTemplates: ['name', 'uriTemplate'],
  skills: ['name', 'uri'],
};
/** Told of the server as a whole, and read by the model like the description of a tool. */
const ofServer: ReadonlySet<string> = new Set(['instructions', 'serverInfo']);

function* resultOf(result: unknown, asked: Subject['asked']): Generator<Source> {
  const members = membersOf(result);
  if (members === undefined) {
    yield { value: result, pointer: '/result', key: 'result', surface: 'tool_result', ...toolOf(asked) };
    return;
  }
  // An answer whose question is not known is told by its shape.
  const mayList = asked === undefined || asked.method.endsWith('/list');
  const mayIntroduce = asked === undefined || asked.method === 'initialize' || asked.method === 'server/discover';
  for (const name of Object.keys(members).sort()) {
    const value = members[name];
    if (isOfProtocol(name, value)) continue;
    const pointer = childOf('/result', name);
    const calledBy = Object.hasOwn(lists, name) ? lists[name] : undefined;
    if (mayList && calledBy !== undefined && Array.isArray(value)) yield* entriesOf(value, pointer, calledBy);
    else if (mayIntroduce && ofServer.has(name)) yield { value, pointer, key: name, surface: 'tool_description' };
    else yield { value, pointer, key: name, surface: 'tool_result', ...toolOf(asked) };
  }
}

function* entriesOf(entries: readonly unknown[], list: string, calledBy: readonly string[]): Generator<Source> {
  for (const [index, value] of entries.entries()) {
    const tool = calledBy.map((name) => membersOf(value)?.[name]).find((name) => typeof name === 'string');
    const named = typeof tool === 'string' ? { tool } : {};
    yield { value, pointer: `${list}/${index}`, key: '', surface: 'tool_description', ...named };
  }
}

function toolOf(asked: Subject['asked']): { tool?: string } {
  return asked?.method === 'tools/call' && asked.target !== undefined ? { tool: asked.target } : {};
}
