/**
 * What authors of filters import: `import type { FilterPlugin } from '@kilometers/km/filter'`. Depends on nothing, and
 * whatever crosses it is JSON, so that a filter runs in a thread of its own and can be tried without km.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** `c2s`: client to server; `s2c`: server to client. */
export type Direction = 'c2s' | 's2c';
export type MessageKind = 'request' | 'response' | 'notification';

/** One JSON-RPC message; the elements of a batch come one by one. */
export interface PluginMessage {
  readonly dir: Direction;
  readonly kind: MessageKind;
  /** JSON-RPC method; on a response that of its request, where that is known. */
  readonly method?: string;
  /** The message itself. */
  readonly rpc: JsonObject;
}

export interface PluginContext {
  /** UUIDv7 of this run of km. */
  readonly run: string;
  /** Label of the session; may repeat over runs. */
  readonly session: string;
  /** How the server is called in records. */
  readonly server: string;
  /** What risk analysis scored, from 0 to 1, where it is on. */
  readonly risk?: number;
}

/** What a filter says. `reason` is put on record, and is read to whoever sent what was refused. */
export type PluginVerdict =
  | { readonly kind: 'pass'; readonly reason?: string }
  | { readonly kind: 'block'; readonly reason: string }
  | { readonly kind: 'replace'; readonly rpc: JsonObject; readonly reason: string };

/** Which messages a filter wants to see. What is left out means every one. */
export interface Wants {
  readonly dir?: Direction | undefined;
  readonly kinds?: readonly MessageKind[] | undefined;
  /** Exact names, or a prefix that ends with `*`: `tools/*`. */
  readonly methods?: readonly string[] | undefined;
}

/** A filter as its file exports it, by default. */
export interface FilterPlugin {
  readonly apiVersion: 1;
  /** Lower-case letters, digits and dashes; unique among the plugins of a machine. */
  readonly name: string;
  readonly description?: string;
  /** What becomes of a message that `judge` failed to judge: it threw, answered nonsense, or missed its deadline. */
  readonly onFailure: 'pass' | 'block';
  /** Longest time for one message, in milliseconds. Default 1,000. */
  readonly deadlineMs?: number;
  readonly wants?: Wants;
  judge(message: PluginMessage, context: PluginContext): PluginVerdict | Promise<PluginVerdict>;
}

/** True when a filter wants to see the message. */
export function wanted(
  { dir, kinds, methods }: Wants,
  message: Pick<PluginMessage, 'dir' | 'kind' | 'method'>,
): boolean {
  if (dir !== undefined && dir !== message.dir) return false;
  if (kinds !== undefined && !kinds.includes(message.kind)) return false;
  return methods === undefined || methods.some((pattern) => isMethod(pattern, message.method ?? ''));
}

function isMethod(pattern: string, method: string): boolean {
  return pattern.endsWith('*') ? method.startsWith(pattern.slice(0, -1)) : pattern === method;
}

/** What `tryFilter` needs of a message: the rest is filled in. */
export type Tried = JsonObject & { readonly dir?: Direction; readonly asked?: string };

/**
 * Puts messages before a filter, without km and without a process. `dir` is `c2s` unless given; `asked` is the method of the
 * request that a response answers.
 *
 * @returns The verdict; `pass` for what the filter does not want to see.
 */
export async function tryFilter(
  filter: FilterPlugin,
  { dir = 'c2s', asked, ...rpc }: Tried,
  context: Partial<PluginContext> = {},
): Promise<PluginVerdict> {
  const method = typeof rpc.method === 'string' ? rpc.method : asked;
  const message: PluginMessage = { dir, kind: kindOf(rpc), ...(method !== undefined && { method }), rpc };
  if (!wanted(filter.wants ?? {}, message)) return { kind: 'pass' };
  return filter.judge(message, { run: 'a-run', session: 'a-session', server: 'a-server', ...context });
}

function kindOf({ method, id }: JsonObject): MessageKind {
  if (method === undefined) return 'response';
  return id === undefined ? 'notification' : 'request';
}
