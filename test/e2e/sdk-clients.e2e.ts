import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sdkClients, talkOver } from '../clients/sdk.ts';
import { installedTalks, type Talk } from '../clients/talks.ts';
import { direct, type Wiretap, wiretap } from '../clients/wiretap.ts';
import { makeHome, records, surroundingsOf } from './start-km.ts';

type SdkClient = (typeof sdkClients)[number];

interface Conversation {
  readonly answers: readonly unknown[];
  readonly tap: Wiretap;
}

async function converse({ connect }: SdkClient, talk: Talk, home: string, through?: string[]): Promise<Conversation> {
  const folder = path.join(home, through === undefined ? 'km' : 'direct');
  const tap = wiretap(folder, talk.command(home), through === undefined ? {} : { through });
  const sdk = await connect({ command: tap.command, env: { ...surroundingsOf(home), ...talk.env?.(home) } });
  return { answers: await talkOver(sdk, talk.calls(home)), tap };
}

describe.each(sdkClients)('$client', (client) => {
  test.each(installedTalks)('$server: the same answers and bytes with km as without', async (talk) => {
    const home = makeHome();
    const without = await converse(client, talk, home, [...direct]);
    const withKm = await converse(client, talk, home);
    expect(withKm.answers).toEqual(without.answers);
    withKm.tap.expectSameBytes();
    expect(withKm.tap.received()).toEqual(without.tap.received());
    const calls = records(home).filter(({ kind, method }) => kind === 'response' && method === 'tools/call');
    expect(calls.map(({ tool }) => tool)).toEqual(talk.calls(home).map(({ name }) => name));
  });
});
