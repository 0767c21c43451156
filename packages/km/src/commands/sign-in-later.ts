import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Account, TierState } from '../account/account.ts';
import { afterUnref } from '../after.ts';
import type { Invocation } from './command.ts';
import type { Plan } from './monitor-plan.ts';

/** The client starts all its servers at once; signing in begins when that is over, and not by all in one moment. */
const laterMs = 1_000;
const spreadMs = 1_000;
const lookMs = 60_000;

export interface SigningIn {
  readonly plan: Pick<Plan, 'config' | 'tier' | 'localOnly'>;
  readonly env: Invocation['env'];
  readonly note: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** The account of a run of `km monitor`: at once what is known, and a moment later whoever signs in. Nothing waits for it. */
export function signInLater(signing: SigningIn): Account {
  const { tier: initial } = signing.plan;
  const listeners = new Set<(state: TierState) => void>();
  let account: Account | undefined;
  let opening: Promise<Account> | undefined;
  let closed = false;
  const open = (): Promise<Account> => {
    stop();
    opening ??= openNow(signing).then((opened) => {
      account = opened;
      if (closed) opened.close();
      opened.onTier((state) => {
        for (const listener of listeners) listener(state);
      });
      const { tier, from } = opened.tier;
      if (tier !== initial.tier || from !== initial.from) for (const listener of listeners) listener(opened.tier);
      return opened;
    });
    return opening;
  };
  // Where nobody has ever signed in, nothing is loaded; `km init` may still come while this run goes on.
  const look = () => {
    if (maySignIn(signing)) void open();
    else stop = afterUnref(lookMs, look);
  };
  let stop = afterUnref(laterMs + Math.random() * spreadMs, look);
  return {
    get tier() {
      return account?.tier ?? initial;
    },
    onTier(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    accessToken: async (refused) => (closed ? undefined : (await open()).accessToken(refused)),
    close() {
      closed = true;
      stop();
      account?.close();
      listeners.clear();
    },
  };
}

function maySignIn({ plan: { config } }: SigningIn): boolean {
  return config.apiKey !== undefined || existsSync(path.join(config.paths.dataFolder, 'account'));
}

/** Loaded only now, for the sake of the start. */
async function openNow(signing: SigningIn): Promise<Account> {
  const { openSession } = await import('./open-session.ts');
  return openSession(signing);
}
