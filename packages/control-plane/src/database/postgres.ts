import pg from 'pg';
import { type Db, enterOrganisation, type Sql, type Value } from './db.ts';

/** Connections of one replica. PostgreSQL allows a hundred by default, and replicas share them. */
const connectionsMax = 10;
const connectTimeoutMs = 5_000;

const int8 = 20;
const timestamptz = 1184;

const types = {
  getTypeParser(id: number, format?: 'text' | 'binary') {
    if (id === int8) return Number;
    if (id === timestamptz) return (text: string) => new Date(text).toISOString();
    return pg.types.getTypeParser(id, format as 'text');
  },
};

/** @param url Address of a PostgreSQL, as in `DATABASE_URL`. */
export function openPostgres(url: string, onFault: (error: Error) => void): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    types: types as pg.CustomTypesConfig,
  });
  // A connection that breaks while nobody uses it; the next statement gets another.
  pool.on('error', onFault);

  const transaction = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work(sqlOf(client));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((cause: Error) => {
        broken = cause; // The connection is gone, and with it the transaction.
      });
      throw error;
    } finally {
      client.release(broken);
    }
  };
  return {
    engine: 'postgres',
    query: sqlOf(pool).query,
    transaction,
    within: (org, work) =>
      transaction(async (sql) => {
        await sql.query(enterOrganisation, [org]);
        return work(sql);
      }),
    listen: (channel, hear) => listenOn(url, channel, hear, onFault),
    close: () => pool.end(),
  };
}

function sqlOf(client: pg.Pool | pg.PoolClient): Sql {
  return {
    async query<Row>(text: string, values: readonly Value[] = []) {
      const { rows } = await client.query(text, [...values]);
      return rows as Row[]; // Each query file says what its statement gives.
    },
  };
}

const reconnectMs = 1_000;

/** A connection of its own, made anew when it breaks. What is notified meanwhile is not heard: listeners look anew by themselves. */
async function listenOn(
  url: string,
  channel: string,
  hear: (payload: string) => void,
  onFault: (error: Error) => void,
): Promise<() => Promise<void>> {
  let over = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  const connect = async () => {
    const next = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
    client = next;
    const again = () => {
      if (over || client !== next) return;
      client = undefined;
      timer = setTimeout(() => connect().catch(onFault), reconnectMs);
    };
    next.on('error', (error) => {
      onFault(error);
      again();
    });
    next.on('end', again);
    next.on('notification', ({ payload }) => hear(payload ?? ''));
    try {
      await next.connect();
      await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      again();
      throw error;
    }
  };
  await connect();
  return async () => {
    over = true;
    clearTimeout(timer);
    await client?.end();
  };
}
