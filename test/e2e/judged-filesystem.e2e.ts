import { describe, test } from 'vitest';
import { filesystem } from '../clients/judged-talks.ts';
import { sdkClients } from '../clients/sdk.ts';
import { stopsWhatIsDangerous } from '../clients/stops-what-is-dangerous.ts';

describe.each(sdkClients)('$client', (client) => {
  test('server-filesystem: a private key and a path that climbs never reach it, and an example file does', async () => {
    await stopsWhatIsDangerous(client, filesystem);
  });
});
