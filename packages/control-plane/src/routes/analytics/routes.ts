import { type AnalyticsQuery, showErrors, showLatency, showRisk, showUsage } from '@kilometers/core/api/analytics.ts';
import type { Known } from '../../caller.ts';
import { type LatencyRow, sumLatencies } from '../../queries/sum-latencies.ts';
import { type SumRow, sumRollUps } from '../../queries/sum-roll-ups.ts';
import { type Route, route } from '../../route.ts';
import { quantile } from '../../rules/latency-bins.ts';
import { rangeOf } from '../../rules/spans.ts';
import type { Services } from '../../services.ts';

/** Figures over time. All of them come from roll-ups: events themselves are not read. */
export function analyticsRoutes(services: Services): readonly Route[] {
  const sums = async (caller: Known, query: AnalyticsQuery) => {
    const { asked, range } = askedFor(caller, query, services.now());
    return { ...range, rows: await services.db.within(caller.org, (sql) => sumRollUps(sql, asked)) };
  };
  return [
    route(showUsage, async ({ caller, query }) => of(await sums(caller, query), ['calls', 'bytes_in', 'bytes_out'])),
    route(showErrors, async ({ caller, query }) =>
      of(await sums(caller, query), ['calls', 'errors', 'tool_errors', 'unanswered']),
    ),
    route(showRisk, async ({ caller, query }) =>
      of(await sums(caller, query), ['calls', 'noted', 'high', 'blocked', 'changed']),
    ),
    route(showLatency, async ({ caller, query }) => {
      const { asked, range } = askedFor(caller, query, services.now());
      const [totals, bins] = await services.db.within(caller.org, async (sql) => [
        await sumRollUps(sql, asked),
        await sumLatencies(sql, asked),
      ]);
      return { ...range, rows: latencies(totals, bins) };
    }),
  ];
}

function askedFor(caller: Known, query: AnalyticsQuery, now: number) {
  const range = rangeOf(query.from, query.to, now);
  return { range, asked: { ...query, ...range, org: caller.org } };
}

type Sums = { readonly from: string; readonly to: string; readonly rows: readonly SumRow[] };

function of<const Name extends keyof SumRow>({ from, to, rows }: Sums, names: readonly Name[]) {
  const picked = rows.map((row) => ({
    t: row.t,
    key: row.key,
    ...(Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<SumRow, Name>),
  }));
  return { from, to, rows: picked };
}

function latencies(totals: readonly SumRow[], rows: readonly LatencyRow[]) {
  const bins = new Map<string, [number, number][]>();
  const at = ({ t, key }: { t: string | null; key: string | null }) => JSON.stringify([t, key]);
  for (const row of rows) {
    const own = bins.get(at(row)) ?? [];
    bins.set(at(row), own);
    own.push([row.bin, row.n]);
  }
  return totals.map((total) => {
    const own = bins.get(at(total)) ?? [];
    const timed = own.reduce((sum, [, n]) => sum + n, 0);
    return {
      t: total.t,
      key: total.key,
      calls: total.calls,
      mean: timed === 0 ? null : Number((total.ms_sum / timed).toPrecision(4)),
      p50: quantile(own, 0.5),
      p95: quantile(own, 0.95),
      p99: quantile(own, 0.99),
    };
  });
}
