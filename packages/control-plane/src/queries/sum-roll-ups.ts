import type { Sql } from '../database/db.ts';
import { summed } from './dimension-sql.ts';

/** Sums over calls, by time and by what was asked for. */
export interface SumRow {
  readonly t: string | null;
  readonly key: string | null;
  readonly calls: number;
  readonly errors: number;
  readonly tool_errors: number;
  readonly unanswered: number;
  readonly noted: number;
  readonly high: number;
  readonly blocked: number;
  readonly changed: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly ms_sum: number;
}

/** Most rows of one answer. */
const rowsMax = 10_000;

export function sumRollUps(sql: Sql, asked: Parameters<typeof summed>[1]): Promise<readonly SumRow[]> {
  const { t, key, source } = summed('rollups', asked);
  return sql.query(
    `select ${t} as t, ${key} as key, sum(calls)::bigint as calls, sum(errors)::bigint as errors,
       sum(tool_errors)::bigint as tool_errors, sum(unanswered)::bigint as unanswered, sum(noted)::bigint as noted,
       sum(high)::bigint as high, sum(blocked)::bigint as blocked, sum(changed)::bigint as changed,
       sum(bytes_in)::bigint as bytes_in, sum(bytes_out)::bigint as bytes_out, sum(ms_sum) as ms_sum
     ${source.text}
     group by 1, 2 order by 1, 3 desc limit ${rowsMax}`,
    source.values,
  );
}
