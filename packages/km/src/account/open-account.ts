import type { Tier } from '@kilometers/core/tiers.ts';
import type { After } from '../after.ts';
import type { Secret } from '../config/secret.ts';
import type { Account, TierState } from './account.ts';
import type { KeySource } from './key-source.ts';
import { type KeptToken, readToken } from './read-token.ts';
import { type Renewal, tokenFileOf } from './renew.ts';
import { announceMs, isDue, renewBeforeMs, tierStateOf } from './tier-state.ts';
import { markSeen, removeToken } from './token-file.ts';

export interface AccountParts {
  readonly origin: string;
  /** Where tokens are kept. */
  readonly folder: string;
  readonly defaultTier: Tier;
  /** Which key counts; looked at again each time, for `km init` may run meanwhile. */
  readonly findKey: () => Promise<KeySource>;
  /** Renews the shared token, in a process of its own; undefined where nothing may be sent. */
  readonly renew: ((isRefused: boolean) => Promise<Renewal>) | undefined;
  /** Whether the control plane signed the token, as far as can be told without a network. */
  readonly isGenuine: (jwt: Secret) => Promise<boolean>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly after: After;
  /** From 0 to 1: ten km's should not all do it in one moment. */
  readonly random: () => number;
  readonly note: (text: string) => void;
  readonly warn: (text: string) => void;
}

const lookMs = 60_000;
const leastMs = 1_000;
const firstRetryMs = 5_000;
const lastRetryMs = 300_000;
const notSignedIn: KeySource = { kind: 'none', reason: '' };

/** Signs in, beside whatever else is going on, and stays signed in until it is closed. */
export function openAccount(parts: AccountParts): Account & { readonly ready: Promise<void> } {
  return new OpenAccount(parts);
}

class OpenAccount implements Account {
  readonly #parts: AccountParts;
  readonly #listeners = new Set<(state: TierState) => void>();
  readonly #told = new Set<string>();
  #source: KeySource = notSignedIn;
  #kept: KeptToken | undefined;
  #state: TierState;
  #failures = 0;
  #notBefore = 0;
  #renewing: Promise<void> | undefined;
  #stopTimer = () => {};
  #closed = false;
  /** Set until what the files say has been taken in. */
  readonly ready: Promise<void>;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#state = { tier: parts.defaultTier, from: 'default', until: undefined };
    this.ready = this.#turn();
  }

  get tier(): TierState {
    return this.#state;
  }

  onTier(listener: (state: TierState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async accessToken(refused?: Secret): Promise<Secret | undefined> {
    await this.ready;
    await this.#look();
    const isRefused = refused !== undefined && this.#kept?.jwt.reveal() === refused.reveal();
    if (isRefused || this.#isDue()) await this.#renew(isRefused);
    const kept = this.#kept;
    return kept && kept.expiresAt > this.#parts.now() && kept.jwt.reveal() !== refused?.reveal() ? kept.jwt : undefined;
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#listeners.clear();
  }

  /** Looks, renews what is due, and comes back. */
  async #turn(): Promise<void> {
    await this.#look();
    if (this.#closed) return;
    const { now } = this.#parts;
    // Not waited for: whoever wants a token waits; this only keeps the time.
    if (this.#isDue() && now() >= this.#notBefore) void this.#renew(false);
    this.#comeBack();
  }

  #comeBack(): void {
    this.#stopTimer();
    if (!this.#closed) this.#stopTimer = this.#parts.after(this.#nextMs(), () => void this.#turn());
  }

  #isDue(): boolean {
    if (this.#source.kind === 'none' || this.#parts.renew === undefined) return false;
    return this.#kept === undefined || isDue(this.#kept, this.#parts.now());
  }

  #nextMs(): number {
    const { now, random, renew } = this.#parts;
    if (renew === undefined || this.#renewing) return lookMs;
    const kept = this.#isDue() ? undefined : this.#kept;
    const at = kept ? kept.expiresAt - renewBeforeMs(kept) * (1 + random() / 2) : this.#notBefore;
    return Math.min(lookMs, Math.max(leastMs, at - now()));
  }

  /** Takes in what the files say now: another km may have renewed, and its owner may have signed in or out. */
  async #look(): Promise<void> {
    const { findKey, folder, isGenuine, now } = this.#parts;
    const before = this.#source;
    this.#source = await findKey();
    if (before.kind !== 'none' && this.#source.kind !== 'none' && before.credential !== this.#source.credential) {
      this.#failures = 0;
      this.#notBefore = 0;
    }
    if (this.#source.kind === 'none') {
      if (this.#source.reason !== '') this.#tell(this.#source.reason);
      this.#kept = undefined;
    } else {
      const file = tokenFileOf(this.#source, folder);
      const kept = readToken(file);
      const isOurs = kept?.credential === this.#source.credential && kept.origin === this.#parts.origin;
      const isNew = isOurs && kept.jwt.reveal() !== this.#kept?.jwt.reveal();
      this.#kept = isOurs && (!isNew || (await isGenuine(kept.jwt))) ? kept : undefined;
      if (this.#kept) markSeen(file, now());
    }
    this.#update();
  }

  #update(): void {
    const { origin, defaultTier, now } = this.#parts;
    const before = this.#state;
    this.#state = tierStateOf({ kept: this.#kept, origin, defaultTier, now: now() });
    this.#announce();
    if (before.tier === this.#state.tier && before.from === this.#state.from) return;
    for (const listener of this.#listeners) listener(this.#state);
  }

  /** The end of the grace is told before it comes, and when it has. */
  #announce(): void {
    const { tier, from, until = 0 } = this.#state;
    if (from !== 'last-known') return;
    const left = until - this.#parts.now();
    if (tier === 'free') this.#tell('The last sign-in is too long ago: the tier is free until km can sign in again.');
    else if (left < announceMs)
      this.#tell(`The tier ${tier} holds until ${new Date(until).toISOString()}, then free, unless km can sign in.`);
  }

  /** One at a time in this process; `renew` sees to the others. */
  #renew(isRefused: boolean): Promise<void> {
    this.#renewing ??= this.#renewNow(isRefused).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewNow(isRefused: boolean): Promise<void> {
    const { renew, now, note, origin } = this.#parts;
    if (this.#source.kind === 'none' || renew === undefined) return;
    const answer = await renew(isRefused);
    if (this.#closed) return;
    if (answer.kind === 'refused' || answer.kind === 'later') return this.#failed(answer);
    const isNew = this.#state.from !== 'token';
    this.#failures = 0;
    this.#told.clear();
    await this.#look();
    if (isNew && this.#state.from === 'token') note(`Signed in to ${new URL(origin).host}: tier ${this.#state.tier}.`);
    this.#notBefore = now() + firstRetryMs;
    this.#comeBack();
  }

  async #failed({ kind, reason, retryAfterMs }: Extract<Renewal, { reason: string }>): Promise<void> {
    const { now, random, folder } = this.#parts;
    const wait = Math.min(firstRetryMs * 2 ** this.#failures++, lastRetryMs) * (0.5 + random() / 2);
    this.#notBefore = now() + Math.max(kind === 'refused' ? lastRetryMs : wait, retryAfterMs ?? 0);
    // What the control plane takes back does not hold for a grace time.
    if (kind === 'refused' && this.#source.kind !== 'none') removeToken(tokenFileOf(this.#source, folder));
    await this.#look();
    this.#tell(`km is not signed in at the moment: ${reason}`);
    this.#comeBack();
  }

  /** Once, until a sign-in succeeds. */
  #tell(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#parts.warn(text);
  }
}
