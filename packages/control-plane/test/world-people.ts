import type { Role } from '@kilometers/core/api/roles.ts';
import { addPerson } from '../src/queries/add-person.ts';
import { newSignInLink } from '../src/sign-in-link.ts';
import type { Answer, Asking, World } from './world.ts';

export interface Person {
  readonly user: string;
  readonly cookie: string;
  /** Asks as a page of the server does. */
  ask(method: string, path: string, body?: unknown, more?: Asking): Promise<Answer>;
}

/** A member of an organisation, signed in by a link. */
export async function person(world: World, org: string, role: Role, email = `${role}@${org}.test`): Promise<Person> {
  const user = await addPerson(world.db, { org, email, role });
  const link = await newSignInLink(world.db, world.services, { org, user });
  const token = link.slice(link.indexOf('#') + 1);
  const { headers } = await world.ask('POST', '/api/auth/sign-in', { body: { token } });
  const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return {
    user,
    cookie,
    ask: (method, path, body, { headers: more = {}, ...rest } = {}) =>
      world.ask(method, path, {
        ...(body !== undefined && { body }),
        headers: { Cookie: cookie, Origin: 'http://km.test', ...more },
        ...rest,
      }),
  };
}
