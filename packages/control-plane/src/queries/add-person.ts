import type { Role } from '@kilometers/core/api/roles.ts';
import type { Sql } from '../database/db.ts';

interface NewPerson {
  readonly org: string;
  readonly email: string;
  readonly role: Role;
}

/** Makes somebody a member; who is one already stays as they are. @returns The id of the person. */
export async function addPerson(sql: Sql, { org, email, role }: NewPerson): Promise<string> {
  const [row] = await sql.query<{ id: string }>(
    `insert into users (email) values ($1) on conflict (email) do update set email = excluded.email returning id`,
    [email],
  );
  const { id } = row as { id: string }; // Inserted or there before, it gives one row.
  await sql.query('insert into members (org_id, user_id, role) values ($1, $2, $3) on conflict do nothing', [
    org,
    id,
    role,
  ]);
  return id;
}
