import { Message, type Rpc, type RpcId } from '../message/message.ts';

/** A line of the client's, and what km has to know of it to post it. */
export interface Posted {
  readonly line: Uint8Array;
  /** The ids that wait for an answer: one of a request, several of a batch. */
  readonly asks: readonly RpcId[];
  /** Of a single message. */
  readonly method: string | undefined;
  /** The message as a whole; undefined where nobody had to look into it. */
  readonly rpc: Rpc | undefined;
  /** The revision that a message of 2026-07-28 or later names itself. */
  readonly version: string | undefined;
}

const versionKey = 'io.modelcontextprotocol/protocolVersion';

/**
 * Looks into a line. Undefined for a blank one.
 *
 * @param legacy True once client and server have agreed on a revision before 2026-07-28: then a long line is not parsed.
 */
export function readPosted(line: Uint8Array, legacy: boolean): Posted | undefined {
  const message = new Message('c2s', { head: line, bytes: line.length }, 0, 0);
  if (message.kind === 'blank') return undefined;
  const [outline] = message.outlines;
  const single = message.kind === 'batch' ? undefined : outline;
  const asks = message.outlines.flatMap(({ id, method }) => (id !== undefined && method !== undefined ? [id] : []));
  const rpc = legacy && single?.method !== 'notifications/cancelled' ? undefined : message.rpc;
  return { line, asks, method: single?.method, rpc, version: versionIn(rpc) };
}

/** The id of the request that `notifications/cancelled` takes back. */
export function cancelledId({ method, rpc }: Posted): RpcId | undefined {
  if (method !== 'notifications/cancelled') return undefined;
  return (rpc?.params as { requestId?: RpcId } | undefined)?.requestId;
}

function versionIn(rpc: Rpc | undefined): string | undefined {
  const meta = (rpc?.params as { _meta?: Readonly<Record<string, unknown>> } | undefined)?._meta;
  const version = meta?.[versionKey];
  return typeof version === 'string' ? version : undefined;
}
