import { createApp } from '../src/app.ts';
import type { Db } from '../src/database/db.ts';
import { migrate } from '../src/database/migrate.ts';
import { createLog } from '../src/log.ts';
import { insertKey } from '../src/queries/insert-key.ts';
import { insertOrganisation } from '../src/queries/insert-organisation.ts';
import { hashToken, newToken } from '../src/secrets/token.ts';
import { createServices, type Services } from '../src/services.ts';
import { freshDatabase } from './fresh-database.ts';

/** A control plane without a port, on a database of its own, with a clock that a test moves. */
export interface World {
  readonly db: Db;
  readonly services: Services;
  readonly clock: { now: number };
  /** Everything that was logged, line by line. */
  readonly logged: string[];
  ask(method: string, path: string, more?: Asking): Promise<Answer>;
  /** A new organisation with a key, and the access token of a km that has it. */
  organisation(name?: string): Promise<{ readonly org: string; readonly apiKey: string; readonly jwt: string }>;
  close(): Promise<void>;
}

export interface Asking {
  readonly body?: unknown;
  /** A body as it is, in the place of `body`. */
  readonly text?: string;
  readonly jwt?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** `KM_SERVER_SECRET`. */
export const worldSecret = 'a secret of thirty-two characters, or more';

export async function openWorld(open: () => Promise<Db> = freshDatabase): Promise<World> {
  const db = await open();
  await migrate(db);
  const clock = { now: Date.parse('2026-07-28T12:00:00Z') };
  const logged: string[] = [];
  const services = createServices({
    db,
    now: () => clock.now,
    log: createLog('debug', (line) => logged.push(line)),
    config: { publicUrl: 'http://km.test', trustProxy: false, secret: worldSecret },
  });
  const app = createApp(services);
  const ask = async (
    method: string,
    path: string,
    { body, text: verbatim, jwt, headers = {} }: Asking = {},
  ): Promise<Answer> => {
    const content = verbatim ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await app.request(`http://km.test${path}`, {
      method,
      headers: {
        ...(content !== undefined && { 'Content-Type': 'application/json' }),
        ...(jwt !== undefined && { Authorization: `Bearer ${jwt}` }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : { text };
    return { status: response.status, body: json as Record<string, unknown>, headers: response.headers };
  };
  return {
    db,
    services,
    clock,
    logged,
    ask,
    async organisation(name = 'Acme') {
      const org = await insertOrganisation(db, name, 'team');
      const apiKey = newToken('km_live_');
      await insertKey(db, {
        org,
        name: 'a key',
        prefix: apiKey.slice(0, 12),
        hash: hashToken(apiKey),
        createdBy: null,
      });
      const { body } = await ask('POST', '/api/auth/exchange', { body: { api_key: apiKey } });
      return { org, apiKey, jwt: String(body.jwt) };
    },
    close: () => db.close(),
  };
}
