import type { Rpc, RpcId } from '../message/message.ts';

/**
 * Code of the JSON-RPC error that km gives in the stead of a server it cannot reach or make sense of. Outside
 * −32768…−32000, which JSON-RPC and MCP reserve.
 */
export const unreachableCode = 4502;

/** Code for a request to a session that the server has ended. */
export const sessionLostCode = 4404;

/** An error of km's own, as a line. */
export function errorLine(id: RpcId, code: number, message: string): Uint8Array {
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } } satisfies Rpc));
}

/**
 * The JSON-RPC error in the body of an HTTP error, as a line that answers the request; undefined when there is none. Servers
 * give `null` as id where they did not read as far as the id: the client would wait for ever.
 */
export function errorInBody(body: Uint8Array, asked: RpcId | undefined): Uint8Array | undefined {
  const rpc = parsed(body);
  const { error } = rpc ?? {};
  if (rpc === undefined || typeof error !== 'object' || error === null) return undefined;
  if (asked === undefined || rpc.id === asked) return oneLine(body);
  return Buffer.from(JSON.stringify({ ...rpc, id: asked }));
}

/** The same JSON on one line: outside of strings a line break is a space, and inside there is none. */
export function oneLine(json: Uint8Array): Uint8Array {
  if (!json.includes(0x0a) && !json.includes(0x0d)) return json;
  return json.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte));
}

function parsed(body: Uint8Array): Rpc | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Rpc) : undefined;
  } catch {
    return undefined; // A page for people, most often.
  }
}
