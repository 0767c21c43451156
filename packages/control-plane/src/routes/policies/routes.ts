import { activatePolicy, createPolicy, listPolicies, showPolicy } from '@kilometers/core/api/policies.ts';
import { compilePolicy } from '@kilometers/core/policy/compile-policy.ts';
import { audit } from '../../audit.ts';
import { actorOf, type Known } from '../../caller.ts';
import type { Sql } from '../../database/db.ts';
import { Refusal } from '../../problem.ts';
import { activatePolicy as queryActivate } from '../../queries/activate-policy.ts';
import { findPolicy, type PolicyText } from '../../queries/find-policy.ts';
import { insertPolicy } from '../../queries/insert-policy.ts';
import { listPolicies as queryPolicies } from '../../queries/list-policies.ts';
import { type Route, route } from '../../route.ts';
import { pageOf, readCursor } from '../../rules/page.ts';
import type { Services } from '../../services.ts';

/** Policies as people write and keep them. Every version stays; one is in force. */
export function policyRoutes({ db, now }: Services): readonly Route[] {
  return [
    route(listPolicies, ({ caller, query: { limit, after } }) =>
      db.within(caller.org, async (sql) => {
        const rows = await queryPolicies(sql, caller.org, limit + 1, readCursor(after));
        return pageOf(rows, limit, ({ version }) => ({ at: String(version), id: '' }));
      }),
    ),
    route(showPolicy, ({ caller, params: { version } }) =>
      db.within(caller.org, async (sql) => {
        const { text, serial: _, ...row } = await policyOr404(sql, caller.org, version);
        return { ...row, policy: text };
      }),
    ),
    route(createPolicy, ({ caller, body: { policy, note = null, activate } }) => {
      refuseUnlessRight(policy);
      return db.within(caller.org, async (sql) => {
        const createdBy = caller.kind === 'person' ? caller.userId : null;
        const version = await insertPolicy(sql, { org: caller.org, text: policy, note, createdBy });
        await record(sql, caller, 'policy.create', version, now());
        if (activate) await putInForce(sql, caller, version, now());
        return withoutText(await policyOr404(sql, caller.org, version));
      });
    }),
    route(activatePolicy, ({ caller, params: { version } }) =>
      db.within(caller.org, async (sql) => {
        await policyOr404(sql, caller.org, version);
        await putInForce(sql, caller, version, now());
        return withoutText(await policyOr404(sql, caller.org, version));
      }),
    ),
  ];
}

function withoutText({ text: _, serial: __, ...row }: PolicyText) {
  return row;
}

async function policyOr404(sql: Sql, org: string, version: number): Promise<PolicyText> {
  const found = await findPolicy(sql, org, version);
  if (!found) throw new Refusal('request.not-found');
  return found;
}

/** A policy that km could not read would leave every km of the organisation on the one before. */
function refuseUnlessRight(text: string): void {
  const compiled = compilePolicy(text, { origin: 'organisation' });
  if (compiled.kind === 'ok') return;
  const faults = compiled.problems.map(({ line, column, message }) => ({
    at: `body/policy:${line}:${column}`,
    wants: message,
  }));
  throw new Refusal('request.invalid', { detail: 'The policy is not one that km can read.', faults });
}

async function putInForce(sql: Sql, caller: Known, version: number, now: number): Promise<void> {
  await queryActivate(sql, caller.org, version, now);
  await record(sql, caller, 'policy.activate', version, now);
}

function record(sql: Sql, caller: Known, action: string, version: number, now: number): Promise<void> {
  return audit(sql, { org: caller.org, actor: actorOf(caller), action, target: String(version) }, now);
}
