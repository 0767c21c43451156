import { expect, test } from 'vitest';
import { sdkClients, talkOver } from '../clients/sdk.ts';
import { installedTalks } from '../clients/talks.ts';
import { listenWith, token } from './listening.ts';
import { makeHome, messages } from './start-km.ts';

const headers = { authorization: `Bearer ${token}` };

test('clients of every revision reach a server that speaks stdio, and it is on record', async () => {
  const home = makeHome();
  const [everything] = installedTalks;
  if (everything === undefined) throw new Error('There are talks.');
  const calls = everything.calls(home).slice(0, 2);
  const km = await listenWith(everything.command(home), { home });
  const clients = await Promise.all(sdkClients.map((client) => client.reach({ url: km.url, headers })));
  const [first, ...others] = await Promise.all(clients.map((client) => talkOver(client, calls)));
  expect(first?.slice(1)).toMatchObject([
    { content: [{ type: 'text' }] },
    { content: [{ text: expect.stringContaining('42') }] },
  ]);
  expect(others).toEqual([first, first]);
  km.run.child.kill('SIGTERM');
  expect(await km.run.status).toBe(0);
  await km.run.gone();
  const asked = messages(home, 'c2s').filter(({ method }) => method === 'tools/call');
  expect(asked.map(({ tool }) => tool).sort()).toEqual(sdkClients.flatMap(() => calls.map(({ name }) => name)).sort());
});
