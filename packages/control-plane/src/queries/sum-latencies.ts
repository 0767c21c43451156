import type { Sql } from '../database/db.ts';
import { summed } from './dimension-sql.ts';

export interface LatencyRow {
  readonly t: string | null;
  readonly key: string | null;
  readonly bin: number;
  readonly n: number;
}

/** How many calls fell into each bin, in ascending order of bins within a time and key. */
export function sumLatencies(sql: Sql, asked: Parameters<typeof summed>[1]): Promise<readonly LatencyRow[]> {
  const { t, key, source } = summed('latencies', asked);
  return sql.query(
    `select ${t} as t, ${key} as key, s.bin, sum(s.n)::bigint as n ${source.text} group by 1, 2, 3 order by 1, 2, 3`,
    source.values,
  );
}
