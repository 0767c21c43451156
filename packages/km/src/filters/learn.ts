import type { Rpc } from '../message/message.ts';
import type { Filter, Outcome } from '../pipeline/filter.ts';

/** What the traffic tells about its two ends. */
export interface Ends {
  readonly client?: Implementation;
  readonly serverInfo?: Implementation;
  readonly protocol?: string;
}

interface Implementation {
  readonly name?: string;
  readonly version?: string;
}

/** The ends say who they are at the beginning; after so many messages nobody will. */
const seenMax = 200;

const prefix = 'io.modelcontextprotocol/';

/**
 * Learns who client and server are, and which revision they speak: from `initialize`, or from the `_meta` that each message
 * carries since MCP 2026-07-28.
 *
 * @param learnt Called with everything known, each time something new is.
 */
export function learn(learnt: (ends: Ends) => void): Filter {
  let ends: Ends = {};
  let seen = 0;
  return {
    name: 'learn',
    onFailure: 'pass',
    watch(outcome) {
      if (++seen > seenMax || (ends.client && ends.serverInfo && ends.protocol)) return;
      const more = endsIn(outcome);
      const news = Object.entries(more).filter(([key, value]) => value !== undefined && !(key in ends));
      if (news.length === 0) return;
      ends = { ...ends, ...Object.fromEntries(news) };
      learnt(ends);
    },
  };
}

function endsIn({ message, exchanges }: Outcome): Partial<Record<keyof Ends, unknown>> {
  const rpc = message.rpc;
  if (!rpc) return {};
  if (rpc.method === 'initialize') return { client: implementation(fields(rpc.params).clientInfo) };
  if (message.dir === 's2c' && exchanges[0]?.method === 'initialize') return fromInitialize(rpc);
  const meta = fields(fields(rpc.params ?? rpc.result)._meta);
  return {
    client: implementation(meta[`${prefix}clientInfo`]),
    serverInfo: implementation(meta[`${prefix}serverInfo`]),
    protocol: text(meta[`${prefix}protocolVersion`]),
  };
}

/** The version that holds is the one the server answers with. */
function fromInitialize({ result }: Rpc): Partial<Record<keyof Ends, unknown>> {
  const { serverInfo, protocolVersion } = fields(result);
  return { serverInfo: implementation(serverInfo), protocol: text(protocolVersion) };
}

function implementation(value: unknown): Implementation | undefined {
  const name = text(fields(value).name);
  const version = text(fields(value).version);
  if (name === undefined && version === undefined) return undefined;
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 200) : undefined;
}
