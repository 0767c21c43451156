import type { AnalyticsQuery } from '@kilometers/core/api/analytics.ts';
import type { Value } from '../database/db.ts';
import { spansOf } from '../rules/spans.ts';

/** A part of a statement, with what stands in it for values. */
export interface Fragment {
  readonly text: string;
  readonly values: readonly Value[];
}

const columns = { server: 'd.server', method: 'd.method', tool: 'd.tool', client: 'd.client' } as const;

interface Asked extends Pick<AnalyticsQuery, 'by' | 'bucket' | 'server' | 'method' | 'tool' | 'client' | 'tag'> {
  readonly org: string;
  /** ISO 8601, whole hours. */
  readonly from: string;
  readonly to: string;
}

/**
 * What every analysis has in common: rows of a table of roll-ups as `s`, joined to their dimension as `d`, in the time and of
 * the kind asked for; `t` and `key` by which they are summed up. Values are numbered from $1.
 *
 * @param table `rollups` or `latencies`.
 */
export function summed(
  table: 'rollups' | 'latencies',
  { org, from, to, by, bucket = 'all', tag, ...exact }: Asked,
): {
  readonly t: string;
  readonly key: string;
  readonly source: Fragment;
} {
  const values: Value[] = [org];
  const place = (value: Value) => `$${values.push(value)}`;
  const spans = spansOf(from, to, bucket).map(
    (span) =>
      `(s.grain = ${place(span.grain)} and s.t >= ${place(span.from)}::timestamptz and s.t < ${place(span.to)}::timestamptz)`,
  );
  const conditions = Object.entries(columns).flatMap(([name, column]) => {
    const wanted = exact[name as keyof typeof columns];
    return wanted === undefined ? [] : [`${column} = ${place(wanted)}`];
  });
  const [, tagName, tagValue] = /^([^=]+)=(.*)$/s.exec(tag ?? '') ?? [];
  if (tagName !== undefined && tagValue !== undefined) {
    conditions.push(`d.tags ->> ${place(tagName)} = ${place(tagValue)}`);
  }
  const key =
    by === undefined
      ? 'null::text'
      : by.startsWith('tag:')
        ? `d.tags ->> ${place(by.slice(4))}`
        : columns[by as keyof typeof columns];
  const where = ['s.org_id = $1', `(${spans.join(' or ') || 'false'})`, ...conditions].join(' and ');
  return {
    t: bucket === 'all' ? 'null::timestamptz' : `date_trunc('${bucket}', s.t at time zone 'utc') at time zone 'utc'`,
    key,
    source: { text: `from ${table} s join dimensions d on d.id = s.dimension where ${where}`, values },
  };
}
