import type { Db } from './db.ts';
import { migrations } from './migrations.ts';

/** Any number; replicas that start together wait here for one another. */
const lockId = 7_205_114;

/**
 * Brings the schema up to date; each step is one transaction, and runs once.
 *
 * @returns Names of the steps that were taken.
 */
export async function migrate(db: Db): Promise<readonly string[]> {
  const taken: string[] = [];
  // Behind the lock too: two that make one table at the same time fail, `if not exists` or not.
  await db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [lockId]);
    await tx.query(
      'create table if not exists migrations (name text primary key, at timestamptz not null default now())',
    );
  });
  for (const { name, sql } of migrations) {
    const applied = await db.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [lockId]);
      const known = await tx.query('select from migrations where name = $1', [name]);
      if (known.length > 0) return false;
      for (const statement of statementsOf(sql)) await tx.query(statement);
      await tx.query('insert into migrations (name) values ($1)', [name]);
      return true;
    });
    if (applied) taken.push(name);
  }
  return taken;
}

/** True when every step that this version knows was taken; more may have been, by a newer one. */
export async function isMigrated(db: Db): Promise<boolean> {
  const rows = await db.query<{ name: string }>('select name from migrations');
  const known = new Set(rows.map(({ name }) => name));
  return migrations.every(({ name }) => known.has(name));
}

/** One statement at a time, as both engines take them. Ours hold no semicolon but at the end of a statement or within `$$`. */
function statementsOf(sql: string): readonly string[] {
  const plain = sql.replace(/^\s*--.*$/gm, '');
  const parts = plain.split(/(\$\$)/);
  const statements: string[] = [''];
  let quoted = false;
  for (const part of parts) {
    if (part === '$$') quoted = !quoted;
    const pieces = quoted || part === '$$' ? [part] : part.split(';');
    statements[statements.length - 1] += pieces[0] ?? '';
    statements.push(...pieces.slice(1));
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
