import { Fifo } from '../message/fifo.ts';
import type { Direction, Rpc, RpcId } from '../message/message.ts';
import { childOf, contextIn, type TraceContext } from './trace-context.ts';

/** The contexts of one exchange: of whoever asked, of what km received, of what it passed on. */
export interface SpanPair {
  readonly parent: TraceContext | undefined;
  readonly server: TraceContext;
  readonly client: TraceContext;
}

/** Which spans an exchange has, by direction and scoped id of its request: told to the server before the message is sent on, and exported when it was answered. */
export interface Contexts {
  /** Settles them for a request that is still to be sent on. */
  plan(dir: Direction, id: RpcId, rpc: Rpc): SpanPair;
  /** Those that were settled, or new ones. */
  take(dir: Direction, id: RpcId | undefined, rpc: Rpc): SpanPair;
}

const plannedMax = 10_000;

/** @param newId Random hexadecimal digits, two for each byte. */
export function openContexts(newId: (bytes: number) => string): Contexts {
  const planned = new Fifo<string, SpanPair>(plannedMax);

  function pairOf({ params }: Rpc): SpanPair {
    const parent = contextIn(params);
    const server = childOf(parent, newId);
    return { parent, server, client: childOf(server, newId) };
  }

  return {
    plan(dir, id, rpc) {
      const pair = pairOf(rpc);
      planned.set(keyOf(dir, id), pair);
      return pair;
    },
    take(dir, id, rpc) {
      const key = keyOf(dir, id);
      const pair = planned.get(key);
      if (pair !== undefined) planned.delete(key);
      return pair ?? pairOf(rpc);
    },
  };
}

function keyOf(dir: Direction, id: RpcId | undefined): string {
  return `${dir} ${JSON.stringify(id)}`;
}
