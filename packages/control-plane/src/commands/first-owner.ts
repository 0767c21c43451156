import { addPerson } from '../queries/add-person.ts';
import { countUsers } from '../queries/count-users.ts';
import { insertOrganisation } from '../queries/insert-organisation.ts';
import { lockUsers } from '../queries/lock-users.ts';
import type { Services } from '../services.ts';
import { newSignInLink } from '../sign-in-link.ts';

/** On the first start: an organisation with an owner, and the link by which they come in. Undefined when there is one already. */
export async function firstOwner(services: Services): Promise<string | undefined> {
  return services.db.transaction(async (sql) => {
    await lockUsers(sql);
    if ((await countUsers(sql)) > 0) return undefined;
    const org = await insertOrganisation(sql, 'My organisation', 'team');
    const user = await addPerson(sql, { org, email: 'owner@localhost', role: 'owner' });
    return newSignInLink(sql, services, { org, user });
  });
}
