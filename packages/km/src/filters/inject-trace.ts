import { type Direction, type Rpc, type RpcId, scopedId } from '../message/message.ts';
import { type Filter, pass, replace } from '../pipeline/filter.ts';

/** What is written into `_meta`. */
export interface Injected {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/**
 * Tells the receiver of each request which span it belongs to, in `params._meta`.
 *
 * That changes the message, so it is on record as changed. Left as it is what has no `params`, and what could not be written
 * again as it was: a number with more digits than JavaScript keeps.
 *
 * @param contextOf The context for a request that is about to be sent on, by direction and scoped id.
 */
export function injectTrace(contextOf: (dir: Direction, id: RpcId, rpc: Rpc) => Injected): Filter {
  return {
    name: 'trace-context',
    onFailure: 'pass',
    enforces: false,
    wants: (kind) => kind === 'request',
    judge({ dir, rpc, raw, origin }) {
      const params = rpc?.params;
      if (rpc?.id === undefined || !isObject(params) || !keepsNumbers(raw)) return pass;
      const meta = isObject(params._meta) ? params._meta : {};
      const { tracestate: _, ...kept } = meta;
      const _meta = { ...kept, ...contextOf(dir, scopedId(rpc.id, origin.scope), rpc) };
      return replace({ ...rpc, params: { ...params, _meta } }, 'carries the trace context');
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const strings = /"(?:[^"\\]|\\.)*"/g;
const numbers = /-?\d[\d.eE+-]*/g;

/** True when each number in the JSON text is written the same after it was read. */
function keepsNumbers(raw: Uint8Array): boolean {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString();
  const found = text.replace(strings, '').match(numbers) ?? [];
  return found.every((number) => String(Number(number)) === number);
}
