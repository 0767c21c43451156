import type { Sql } from './database/db.ts';
import { insertKey, type KeyListing } from './queries/insert-key.ts';
import { hashToken, newToken } from './secrets/token.ts';

/** So much of a key is kept readable, to tell it by. */
const prefixLength = 12;

interface Wanted {
  readonly org: string;
  readonly name: string;
  readonly mode: 'live' | 'test';
  readonly createdBy: string | null;
}

/** Makes an API key. Only its hash is kept: whoever gets it here has to show it now. */
export async function newApiKey(
  sql: Sql,
  { mode, ...rest }: Wanted,
): Promise<{ readonly apiKey: string; readonly key: KeyListing }> {
  const apiKey = newToken(`km_${mode}_`);
  const key = await insertKey(sql, { ...rest, prefix: apiKey.slice(0, prefixLength), hash: hashToken(apiKey) });
  return { apiKey, key };
}
