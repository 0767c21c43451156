import { judgeFinding, listFindings, listSessionEvents, listSessions } from '@kilometers/core/api/sessions.ts';
import { audit } from '../../audit.ts';
import { actorOf } from '../../caller.ts';
import { Refusal } from '../../problem.ts';
import { listFindings as queryFindings } from '../../queries/list-findings.ts';
import { listRunEvents } from '../../queries/list-run-events.ts';
import { listRuns } from '../../queries/list-runs.ts';
import { setFindingState } from '../../queries/set-finding-state.ts';
import { type Route, route } from '../../route.ts';
import { pageOf, readCursor } from '../../rules/page.ts';
import type { Services } from '../../services.ts';

/** Runs of km, what happened in them, and what was found. */
export function sessionRoutes({ db, now }: Services): readonly Route[] {
  return [
    route(listSessions, ({ caller, query: { limit, after, ...wanted } }) =>
      db.within(caller.org, async (sql) => {
        const rows = await listRuns(sql, caller.org, wanted, limit + 1, readCursor(after));
        return pageOf(rows, limit, ({ last_at, run }) => ({ at: last_at, id: run }));
      }),
    ),
    route(listSessionEvents, ({ caller, params: { run }, query: { limit, after } }) =>
      db.within(caller.org, async (sql) => {
        const rows = await listRunEvents(sql, caller.org, run, limit + 1, readCursor(after));
        const page = pageOf(rows, limit, ({ ts, id }) => ({ at: ts, id }));
        return { ...page, rows: page.rows.map(({ body }) => body) };
      }),
    ),
    route(listFindings, ({ caller, query: { limit, after, ...wanted } }) =>
      db.within(caller.org, async (sql) => {
        const rows = await queryFindings(sql, caller.org, wanted, limit + 1, readCursor(after));
        return pageOf(rows, limit, ({ at, id }) => ({ at, id }));
      }),
    ),
    route(judgeFinding, ({ caller, params: { finding_id }, body: { state } }) =>
      db.within(caller.org, async (sql) => {
        const finding = await setFindingState(sql, caller.org, finding_id, state);
        if (!finding) throw new Refusal('request.not-found');
        const deed = { action: 'finding.judge', target: finding_id, details: { state, rule: finding.rule } };
        await audit(sql, { org: caller.org, actor: actorOf(caller), ...deed }, now());
        return finding;
      }),
    ),
  ];
}
