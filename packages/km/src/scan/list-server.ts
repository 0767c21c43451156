import type { Subject } from '@kilometers/core/risk/surfaces.ts';
import type { Answer, Peer } from './peer.ts';

/** Everything a server says of itself before it is used, as the messages in which it said it. */
export interface Listing {
  readonly subjects: readonly Subject[];
  /** How many of each kind. */
  readonly counts: Readonly<Record<ListKind, number>>;
  /** What could not be had. */
  readonly faults: readonly string[];
}

/** Lists of a server: the member of the result that holds the entries, by what asks for it. */
const lists = {
  tools: { method: 'tools/list', capability: 'tools' },
  prompts: { method: 'prompts/list', capability: 'prompts' },
  resources: { method: 'resources/list', capability: 'resources' },
  resourceTemplates: { method: 'resources/templates/list', capability: 'resources' },
} as const;
export type ListKind = keyof typeof lists;
export const listKinds = Object.keys(lists) as readonly ListKind[]; // The keys of an object of ours.

/** A list without an end must not keep a scan for ever. */
const pagesMax = 100;
const methodNotFound = -32_601;

/** Opens a conversation as a client would and asks for all lists. @throws Error when the server is none of MCP. */
export async function listServer(
  peer: Peer,
  about: { readonly name: string; readonly version: string },
): Promise<Listing> {
  const { subject, capabilities, params } = await open(peer, about);
  const faults: string[] = [];
  const subjects = [subject];
  const counts = { tools: 0, prompts: 0, resources: 0, resourceTemplates: 0 };
  for (const kind of listKinds) {
    const { method, capability } = lists[kind];
    // Tools are asked for in any case: a server that does not announce them may have some all the same.
    if (kind !== 'tools' && capabilities[capability] === undefined) continue;
    for await (const page of pagesOf(peer, method, params)) {
      if (typeof page === 'string') faults.push(page);
      else {
        subjects.push({ dir: 's2c', rpc: { result: page }, asked: { method } });
        counts[kind] += entriesOf(page, kind).length;
      }
    }
  }
  return { subjects, counts, faults };
}

/** The entries of one page. */
export function entriesOf(page: unknown, kind: ListKind): readonly unknown[] {
  const entries = isObject(page) ? page[kind] : undefined;
  return Array.isArray(entries) ? entries : [];
}

interface Opened {
  readonly subject: Subject;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** What every further request carries. */
  readonly params: object;
}

/** Greets as clients have done since 2024, and, where the server does not know that any more, as they do since 2026. */
async function open(peer: Peer, clientInfo: object): Promise<Opened> {
  const greeting = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const legacy = await peer.request('initialize', greeting);
  if (legacy.kind === 'result') {
    peer.notify('notifications/initialized');
    return openedBy('initialize', legacy.result, {});
  }
  const prefix = 'io.modelcontextprotocol/';
  const params = {
    _meta: {
      [`${prefix}protocolVersion`]: '2026-07-28',
      [`${prefix}clientCapabilities`]: {},
      [`${prefix}clientInfo`]: clientInfo,
    },
  };
  const modern = await peer.request('server/discover', params);
  if (modern.kind === 'result') return openedBy('server/discover', modern.result, params);
  throw new Error(`The server refused to begin: ${legacy.message}`);
}

function openedBy(method: string, result: unknown, params: object): Opened {
  const capabilities = isObject(result) && isObject(result.capabilities) ? result.capabilities : {};
  return { subject: { dir: 's2c', rpc: { result }, asked: { method } }, capabilities, params };
}

/** Page after page; a sentence in place of one that could not be had. */
async function* pagesOf(peer: Peer, method: string, params: object): AsyncGenerator<object | string> {
  let cursor: unknown;
  for (let page = 0; page < pagesMax; page++) {
    const answer = await peer.request(method, cursor === undefined ? params : { ...params, cursor });
    if (answer.kind === 'error') return yield* faultOf(method, answer, page);
    if (!isObject(answer.result)) return yield `${method} was answered with no object.`;
    yield answer.result;
    cursor = answer.result.nextCursor;
    if (typeof cursor !== 'string') return;
  }
  yield `${method} has more than ${pagesMax} pages; the rest was not read.`;
}

function* faultOf(
  method: string,
  { code, message }: Extract<Answer, { kind: 'error' }>,
  page: number,
): Generator<string> {
  const hasNone = code === methodNotFound && page === 0;
  if (!hasNone) yield `${method} was answered with an error: ${message}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
