import type { IncomingHttpHeaders } from 'node:http';
import { headerText } from './base64-header.ts';

/** An argument of a tool that a header repeats. */
interface Declared {
  /** In lower case. */
  readonly header: string;
  /** The way to it through the arguments. */
  readonly path: readonly string[];
  readonly type: unknown;
}

const decimal = /^-?\d+(\.\d+)?$/;

/** Schemas come from the server: how deep they are looked into. */
const depthMax = 32;

/**
 * What tools declare with `x-mcp-header`: arguments that the client repeats in headers `Mcp-Param-…`. Learnt from the lists
 * of tools that go by.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports — custom headers from tool parameters
 */
export class ParamHeaders {
  readonly #byTool = new Map<string, readonly Declared[]>();

  /** @param result Of `tools/list`. */
  learn(result: unknown): void {
    const { tools } = (result ?? {}) as { tools?: unknown };
    if (!Array.isArray(tools)) return;
    for (const { name, inputSchema } of tools as { name?: unknown; inputSchema?: unknown }[]) {
      if (typeof name === 'string') this.#byTool.set(name, declaredIn(inputSchema, [], 0));
    }
  }

  /** The headers of a call, by what is known of its tool; in lower case. */
  of(params: unknown): { readonly header: string; readonly value: string }[] {
    const { name, arguments: args } = (params ?? {}) as { name?: unknown; arguments?: unknown };
    return (this.#byTool.get(String(name)) ?? []).flatMap(({ header, path }) => {
      const value = valueAt(args, path);
      return ['string', 'number', 'boolean'].includes(typeof value) ? [{ header, value: String(value) }] : [];
    });
  }

  /** What is wrong with the headers of a call; undefined when nothing is, or nothing is known of the tool. */
  mismatch(params: unknown, headers: IncomingHttpHeaders): string | undefined {
    const { name, arguments: args } = (params ?? {}) as { name?: unknown; arguments?: unknown };
    for (const { header, path, type } of this.#byTool.get(String(name)) ?? []) {
      const value = valueAt(args, path);
      if (!['string', 'number', 'boolean'].includes(typeof value)) continue;
      const said = headers[header];
      if (said === undefined) return `the header ${header} is missing.`;
      if (!same(headerText(String(said)), value, type)) return `${header} is not arguments.${path.join('.')}.`;
    }
    return undefined;
  }
}

function same(text: string | undefined, value: unknown, type: unknown): boolean {
  const isNumber = type === 'integer' || type === 'number';
  if (isNumber && text !== undefined && decimal.test(text) && typeof value === 'number') return Number(text) === value;
  return text === String(value);
}

function declaredIn(schema: unknown, path: readonly string[], depth: number): Declared[] {
  if (typeof schema !== 'object' || schema === null || depth > depthMax) return [];
  const { properties, type, 'x-mcp-header': name } = schema as Readonly<Record<string, unknown>>;
  const own = typeof name === 'string' ? [{ header: `mcp-param-${name.toLowerCase()}`, path, type }] : [];
  const inside = Object.entries(properties ?? {});
  return [...own, ...inside.flatMap(([key, child]) => declaredIn(child, [...path, key], depth + 1))];
}

function valueAt(args: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as never)[key] : undefined,
    args,
  );
}
