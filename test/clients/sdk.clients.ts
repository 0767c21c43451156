import { describe, test } from 'vitest';
import { makeHome } from '../e2e/start-km.ts';
import { sameWithKm } from './same-with-km.ts';
import { sdkClients } from './sdk.ts';
import { onDemandTalks } from './talks.ts';

describe.each(sdkClients)('$client', (client) => {
  test.each(onDemandTalks)('$server: the same answers and bytes with km as without', async (talk) => {
    await sameWithKm(client, talk, makeHome());
  });
});
