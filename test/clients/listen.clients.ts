import { describe, expect, test } from 'vitest';
import { listenWith, token } from '../e2e/listening.ts';
import { makeHome, messages, surroundingsOf } from '../e2e/start-km.ts';
import { sdkClients, talkOver } from './sdk.ts';
import { installedTalks, type Talk } from './talks.ts';

const headers = { authorization: `Bearer ${token}` };
const talks = installedTalks.filter(({ server }) => server !== 'server-memory');

describe.each(talks)('$server behind --listen', (talk: Talk) => {
  test('clients get over HTTP what they get over stdio, and it is on record', async () => {
    const home = makeHome();
    const calls = talk.calls(home);
    const km = await listenWith(talk.command(home), { home });
    for (const client of sdkClients) {
      const start = { command: talk.command(home) as [string, ...string[]], env: surroundingsOf(home) };
      const direct = await talkOver(await client.connect(start), calls);
      expect(await talkOver(await client.reach({ url: km.url, headers }), calls)).toEqual(direct);
    }
    km.run.child.kill('SIGTERM');
    expect(await km.run.status).toBe(0);
    await km.run.gone();
    const asked = messages(home, 'c2s').filter(({ method }) => method === 'tools/call');
    expect(asked.map(({ tool }) => tool)).toEqual(sdkClients.flatMap(() => calls.map(({ name }) => name)));
  });
});
