import type { Sql } from '../database/db.ts';
import { type FindingRow, findingColumns } from './list-findings.ts';

export async function setFindingState(
  sql: Sql,
  org: string,
  id: string,
  state: FindingRow['state'],
): Promise<FindingRow | undefined> {
  const rows = await sql.query<FindingRow>(
    `update findings set state = $3 where org_id = $1 and id = $2 returning ${findingColumns}`,
    [org, id, state],
  );
  return rows[0];
}
