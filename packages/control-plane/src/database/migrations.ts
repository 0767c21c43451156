import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('./migrations/', import.meta.url);

/** Every step of the schema, in order. A step that was released is never changed: another follows it. */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = readdirSync(fileURLToPath(folder))
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => ({ name, sql: readFileSync(new URL(name, folder), 'utf8') }));
