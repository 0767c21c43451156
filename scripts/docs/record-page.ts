import { toJsonSchema } from '@valibot/to-json-schema';
import { LogRecord } from '../../packages/core/src/record.ts';
import { code, page, table } from './markdown.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const introduction = `The log is \`mcp_proxy.log\` in the data folder, with its rotated segments beside it: JSON Lines, one record a line.

\`\`\`sh
tail -F ~/.local/share/km/mcp_proxy.log | jq -c 'select(.kind == "request") | [.ts, .server, .method, .tool]'
\`\`\`

Keys that say nothing are left out. Readers must skip records of a \`v\` they do not know, and tolerate keys they do not know.`;

/** Every key of a record. */
export function recordPage(): string {
  // toJsonSchema types what it returns more widely than what LogRecord can become.
  const { properties = {}, required = [] } = toJsonSchema(LogRecord, { errorMode: 'ignore' }) as Schema;
  const rows = Object.entries(properties).flatMap(([name, schema]) => rowsOf(name, schema, required.includes(name)));
  const body = [introduction, table(['key', 'always', 'type', 'meaning'], rows)].join('\n\n');
  return page('The record', 'packages/core/src/record.ts', body);
}

function rowsOf(name: string, schema: Schema, always: boolean): string[][] {
  const inner = schema.properties ?? schema.items?.properties ?? {};
  const head = schema.items === undefined ? name : `${name}[]`;
  return [
    [code(name), always ? 'yes' : '', typeOf(schema), schema.description ?? ''],
    ...Object.entries(inner).flatMap(([part, partSchema]) => rowsOf(`${head}.${part}`, partSchema, false)),
  ];
}

function typeOf({ type, enum: names, const: only, anyOf, items }: Schema): string {
  if (only !== undefined) return code(JSON.stringify(only));
  if (names !== undefined) return names.map((name) => code(String(name))).join(', ');
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ');
  return items === undefined ? (type ?? 'any') : `list of ${typeOf(items)}`;
}
