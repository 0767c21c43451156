import { listAudit } from '@kilometers/core/api/organisation.ts';
import { listAudit as queryAudit } from '../../queries/list-audit.ts';
import { route } from '../../route.ts';
import { pageOf, readCursor } from '../../rules/page.ts';
import type { Services } from '../../services.ts';

export function listAuditRoute({ db }: Services) {
  return route(listAudit, ({ caller, query: { limit, after } }) =>
    db.within(caller.org, async (sql) => {
      const cursor = readCursor(after);
      const from = cursor && /^\d{1,15}$/.test(cursor.at) ? cursor : undefined;
      const rows = await queryAudit(sql, caller.org, limit + 1, from);
      return pageOf(rows, limit, ({ seq }) => ({ at: String(seq), id: '' }));
    }),
  );
}
