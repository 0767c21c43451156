import type { Sql } from '../database/db.ts';

/** Drops the partitions of days before one: no row is deleted singly. @param day `2026-07-28`. @returns Their names. */
export async function dropEventPartitions(sql: Sql, day: string): Promise<readonly string[]> {
  const rows = await sql.query<{ name: string }>(
    `select c.relname as name from pg_inherits i
     join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'events'::regclass and c.relname < 'events_' || replace($1, '-', '_')
     order by 1`,
    [day],
  );
  for (const { name } of rows) await sql.query(`drop table ${quoted(name)}`);
  return rows.map(({ name }) => name);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
