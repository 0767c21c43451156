import type { Role } from '@kilometers/core/api/roles.ts';
import type { Tier } from '@kilometers/core/tiers.ts';
import { newApiKey } from '../api-key.ts';
import type { Config } from '../config.ts';
import { migrate } from '../database/migrate.ts';
import { openDatabase } from '../database/open-database.ts';
import { createLog } from '../log.ts';
import { addPerson } from '../queries/add-person.ts';
import { insertOrganisation } from '../queries/insert-organisation.ts';
import { createServices, type Services } from '../services.ts';
import { newSignInLink } from '../sign-in-link.ts';
import { withDatabase } from './with-database.ts';

function withServices<T>(config: Config, work: (services: Services) => Promise<T>): Promise<T> {
  return withDatabase(config, (db, log) => work(createServices({ db, log, config })));
}

interface NewOrganisation {
  readonly name: string;
  readonly tier: Tier;
  readonly owner: string;
}

/** An organisation with its first owner. Prints its id and the owner's sign-in link. */
export function createOrganisation(config: Config, { name, tier, owner }: NewOrganisation): Promise<void> {
  return withServices(config, async (services) => {
    const { org, link } = await services.db.transaction(async (sql) => {
      const id = await insertOrganisation(sql, name, tier);
      const user = await addPerson(sql, { org: id, email: owner, role: 'owner' satisfies Role });
      return { org: id, link: await newSignInLink(sql, services, { org: id, user }) };
    });
    process.stdout.write(`${JSON.stringify({ org, sign_in_url: link })}\n`);
  });
}

/** An API key. Prints it; it is shown this once. */
export function createKey(config: Config, org: string, name: string): Promise<void> {
  return withServices(config, async ({ db }) => {
    const { apiKey, key } = await newApiKey(db, { org, name, mode: 'live', createdBy: null });
    process.stdout.write(`${JSON.stringify({ id: key.id, api_key: apiKey })}\n`);
  });
}

export async function migrateDatabase(config: Config): Promise<void> {
  const db = await openDatabase(
    config,
    createLog(config.logLevel, (line) => process.stderr.write(line)),
  );
  try {
    const taken = await migrate(db);
    process.stdout.write(taken.length === 0 ? 'The schema is up to date.\n' : `Taken: ${taken.join(', ')}.\n`);
  } finally {
    await db.close();
  }
}
