import { mkdirSync } from 'node:fs';
import { expect } from 'vitest';
import { km, makeHome, records, surroundingsOf } from '../e2e/start-km.ts';
import type { JudgedTalk } from './judged-talks.ts';
import type { SdkClient } from './sdk.ts';
import { wiretap } from './wiretap.ts';

/** An answer of a tool call, as far as a model sees it. */
interface Answer {
  readonly isError?: boolean;
  readonly content: readonly { readonly text?: string }[];
}

const risky = { KM_DEFAULT_TIER: 'pro' };

/**
 * Fails unless the dangerous calls are answered by km, with words a model can use, and never reach the server, and the
 * innocent ones do. All are on record.
 */
export async function stopsWhatIsDangerous({ connect }: SdkClient, talk: JudgedTalk): Promise<void> {
  const home = makeHome();
  mkdirSync(`${home}/code/build`, { recursive: true });
  const tap = wiretap(`${home}/taps`, talk.command(home), [km, 'monitor', '--']);
  const sdk = await connect({ command: tap.command, cwd: `${home}/code`, env: { ...surroundingsOf(home), ...risky } });
  try {
    for (const call of talk.before ?? []) await sdk.callTool(call);
    for (const { call } of talk.stopped) expectRefusal((await sdk.callTool(call)) as Answer);
    for (const { call } of talk.passed)
      expect(textOf((await sdk.callTool(call)) as Answer)).not.toMatch(/Blocked by km/);
  } finally {
    await sdk.close();
  }
  const reached = tap.reached();
  for (const { words } of talk.stopped) expect(reached).not.toContain(escaped(words));
  for (const { words } of talk.passed) expect(reached).toContain(escaped(words));
  expectOnRecord(home, talk);
}

function expectRefusal(answer: Answer): void {
  expect(answer.isError).toBe(true);
  expect(textOf(answer)).toMatch(/^Blocked by km: .{20,}/s);
}

function expectOnRecord(home: string, { stopped, passed, before = [] }: JudgedTalk): void {
  const calls = records(home).filter(({ kind, method }) => kind === 'request' && method === 'tools/call');
  const outcomes = calls.map(({ outcome }) => outcome);
  const forwarded = (list: readonly unknown[]) => list.map(() => 'forwarded');
  expect(outcomes).toEqual([...forwarded(before), ...stopped.map(() => 'answered'), ...forwarded(passed)]);
  for (const { outcome, risk, findings } of calls) {
    if (outcome === 'answered') expect([(risk ?? 0) >= 0.8, (findings ?? []).length > 0]).toEqual([true, true]);
  }
}

const textOf = ({ content }: Answer): string => content.map(({ text }) => text ?? '').join('\n');

/** As JSON has it on the wire. */
const escaped = (words: string): string => JSON.stringify(words).slice(1, -1);
