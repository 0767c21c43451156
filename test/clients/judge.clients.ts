import { describe, test } from 'vitest';
import { onDemandJudged } from './judged-talks.ts';
import { sdkClients } from './sdk.ts';
import { stopsWhatIsDangerous } from './stops-what-is-dangerous.ts';

describe.each(sdkClients)('$client', (client) => {
  test.each(onDemandJudged)('$server: what is dangerous never reaches it, and its neighbour does', async (talk) => {
    await stopsWhatIsDangerous(client, talk);
  });
});
