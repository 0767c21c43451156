import path from 'node:path';
import { expect } from 'vitest';
import { records, surroundingsOf } from '../e2e/start-km.ts';
import { type SdkClient, talkOver } from './sdk.ts';
import type { Talk } from './talks.ts';
import { direct, type Wiretap, wiretap } from './wiretap.ts';

interface Conversation {
  readonly answers: readonly unknown[];
  readonly tap: Wiretap;
}

/** Fails unless the client gets the same answers, and the very same bytes, with km as without; and all calls are on record. */
export async function sameWithKm(client: SdkClient, talk: Talk, home: string): Promise<void> {
  const without = await converse(client, talk, home, direct);
  const withKm = await converse(client, talk, home);
  expect(withKm.answers).toEqual(without.answers);
  withKm.tap.expectSameBytes();
  expect(withKm.tap.received()).toEqual(without.tap.received());
  const calls = records(home).filter(({ kind, method }) => kind === 'response' && method === 'tools/call');
  expect(calls.map(({ tool }) => tool)).toEqual(talk.calls(home).map(({ name }) => name));
}

async function converse(
  { connect }: SdkClient,
  talk: Talk,
  home: string,
  through?: readonly string[],
): Promise<Conversation> {
  const folder = path.join(home, through === undefined ? 'km' : 'direct');
  const tap = wiretap(folder, talk.command(home), through);
  const sdk = await connect({ command: tap.command, env: { ...surroundingsOf(home), ...talk.env?.(home) } });
  return { answers: await talkOver(sdk, talk.calls(home)), tap };
}
