import { addMember, changeMember, listMembers, removeMember } from '@kilometers/core/api/organisation.ts';
import { mayManage, type Role } from '@kilometers/core/api/roles.ts';
import { audit } from '../../audit.ts';
import { actorOf, type Known } from '../../caller.ts';
import type { Sql } from '../../database/db.ts';
import { Refusal } from '../../problem.ts';
import { addPerson } from '../../queries/add-person.ts';
import { countOwners } from '../../queries/count-owners.ts';
import { deleteMember } from '../../queries/delete-member.ts';
import { findMember } from '../../queries/find-member.ts';
import { type MemberRow, listMembers as queryMembers } from '../../queries/list-members.ts';
import { setRole } from '../../queries/set-role.ts';
import { type Route, route } from '../../route.ts';
import { pageOf, readCursor } from '../../rules/page.ts';
import type { Services } from '../../services.ts';
import { newSignInLink } from '../../sign-in-link.ts';

/** People of an organisation. */
export function memberRoutes(services: Services): readonly Route[] {
  const { db, now } = services;
  return [
    route(listMembers, ({ caller, query: { limit, after } }) =>
      db.within(caller.org, async (sql) => {
        const rows = await queryMembers(sql, caller.org, limit + 1, readCursor(after));
        return pageOf(rows, limit, ({ email, user_id }) => ({ at: email, id: user_id }));
      }),
    ),
    // Outside of row security: the person may be known from another organisation, which this one must not see.
    route(addMember, ({ caller, body: { email, role } }) =>
      db.transaction(async (sql) => {
        refuseUnlessManages(caller, role);
        const user = await addPerson(sql, { org: caller.org, email, role });
        const member = await memberOr404(sql, caller.org, user);
        if (member.role !== role) throw new Refusal('request.conflict', { detail: 'They are a member already.' });
        await note(sql, caller, 'member.add', user, { email, role }, now());
        return { member, sign_in_url: await newSignInLink(sql, services, { org: caller.org, user }) };
      }),
    ),
    route(changeMember, ({ caller, params: { user_id }, body: { role } }) =>
      db.within(caller.org, async (sql) => {
        const member = await memberOr404(sql, caller.org, user_id);
        refuseUnlessManages(caller, member.role, role);
        if (role !== 'owner') await keepAnOwner(sql, caller.org, member);
        await setRole(sql, caller.org, user_id, role);
        await note(sql, caller, 'member.change', user_id, { from: member.role, to: role }, now());
        return { ...member, role };
      }),
    ),
    route(removeMember, ({ caller, params: { user_id } }) =>
      db.within(caller.org, async (sql) => {
        const member = await memberOr404(sql, caller.org, user_id);
        refuseUnlessManages(caller, member.role);
        await keepAnOwner(sql, caller.org, member);
        await deleteMember(sql, caller.org, user_id);
        await note(sql, caller, 'member.remove', user_id, { email: member.email }, now());
        return undefined;
      }),
    ),
  ];
}

async function memberOr404(sql: Sql, org: string, user: string): Promise<MemberRow> {
  const member = await findMember(sql, org, user);
  if (!member) throw new Refusal('request.not-found');
  return member;
}

function refuseUnlessManages(caller: Known, ...affected: readonly Role[]): void {
  if (caller.kind === 'person' && affected.every((role) => mayManage(caller.role, role))) return;
  throw new Refusal('auth.forbidden', { detail: 'Your role may not give, change or take that role.' });
}

async function keepAnOwner(sql: Sql, org: string, { role }: MemberRow): Promise<void> {
  if (role !== 'owner' || (await countOwners(sql, org)) > 1) return;
  throw new Refusal('request.conflict', { detail: 'It is the last owner. Make another one first.' });
}

function note(
  sql: Sql,
  caller: Known,
  action: string,
  target: string,
  details: Readonly<Record<string, string>>,
  now: number,
): Promise<void> {
  return audit(sql, { org: caller.org, actor: actorOf(caller), action, target, details }, now);
}
