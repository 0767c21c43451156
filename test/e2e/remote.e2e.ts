import { expect, test } from 'vitest';
import { sdkClients, talkOver } from '../clients/sdk.ts';
import { installedTalks } from '../clients/talks.ts';
import { everythingOver } from './http-servers.ts';
import { km, makeHome, messages, surroundingsOf } from './start-km.ts';

const calls = (installedTalks[0]?.calls('') ?? []).slice(0, 2);

test.each(['streamableHttp', 'sse'] as const)(
  'a client on stdio reaches a server that speaks %s',
  async (transport) => {
    const url = await everythingOver(transport);
    const home = makeHome();
    const command = [km, 'monitor', '--url', String(url)] as const;
    for (const client of sdkClients) {
      const through = await client.connect({ command, env: surroundingsOf(home) });
      const answers = await talkOver(through, calls);
      expect(answers.slice(1)).toMatchObject([
        { content: [{ text: expect.stringContaining('Echo') }] },
        { content: [{ text: expect.stringContaining('42') }] },
      ]);
      if (transport === 'streamableHttp') {
        expect(answers).toEqual(await talkOver(await client.reach({ url }), calls));
      }
    }
    const asked = messages(home, 'c2s').filter(({ method }) => method === 'tools/call');
    expect(asked.map(({ tool }) => tool)).toEqual(sdkClients.flatMap(() => calls.map(({ name }) => name)));
  },
);
