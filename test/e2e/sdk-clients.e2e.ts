import { describe, test } from 'vitest';
import { sameWithKm } from '../clients/same-with-km.ts';
import { sdkClients } from '../clients/sdk.ts';
import { installedTalks } from '../clients/talks.ts';
import { makeHome } from './start-km.ts';

describe.each(sdkClients)('$client', (client) => {
  test.each(installedTalks)('$server: the same answers and bytes with km as without', async (talk) => {
    await sameWithKm(client, talk, makeHome());
  });
});
