import { tierHas } from '@kilometers/core/tiers.ts';
import type { Account } from '../account/account.ts';
import { afterUnref } from '../after.ts';
import type { Ends } from '../filters/learn.ts';
import type { Draft } from '../message/draft.ts';
import type { OutboxSummary } from '../tui/summary.ts';
import type { Plan } from './monitor-plan.ts';
import type { RunOutbox } from './run-outbox.ts';

/** What one run tells the control plane. */
export interface RunTelemetry {
  /** How many events were dropped so far. */
  readonly dropped: number;
  /** Takes what goes on record. */
  see(draft: Draft): void;
  learnt(ends: Ends): void;
  /** An event of a filter's own. */
  emit(by: string, name: string, fields: Readonly<Record<string, unknown>>): void;
  /** The run is over; what became of its events, where there were any. */
  close(end: Readonly<Record<string, unknown>>): Promise<OutboxSummary | undefined>;
}

export interface TelemetryParts {
  readonly plan: Plan;
  readonly account: Account;
  readonly onFault: (message: string) => void;
}

/** What makes and sends events is loaded when the start is long over; until then, what goes on record waits. */
const loadAfterMs = 1_000;
/** So much waits at most: for the loading, or for the first sign-in. */
const waitingMax = 1_000;

/** Undefined where nothing may be told, whoever signs in. */
export function openRunTelemetry(parts: TelemetryParts): RunTelemetry | undefined {
  const { plan } = parts;
  if (plan.localOnly || !plan.config.settings.telemetry.enabled) return undefined;
  return new Telemetry(parts);
}

/** Whether the tier has telemetry, by the right of somebody who has signed in: a default tier is nobody's. */
export function mayTell({ tier: { tier, from } }: Pick<Account, 'tier'>): boolean {
  return from !== 'default' && tierHas(tier, 'telemetry');
}

class Telemetry implements RunTelemetry {
  readonly #parts: TelemetryParts;
  #waiting: ((outbox: RunOutbox) => void)[] | undefined = [];
  #outbox: RunOutbox | undefined;
  #opening: Promise<void> | undefined;
  #ends: Ends | undefined;
  /** Whether there is anything worth a session: a request, an answer. */
  #spoken = false;
  readonly #stopHearing: () => void;
  #stopLoad: () => void;

  constructor(parts: TelemetryParts) {
    this.#parts = parts;
    this.#stopHearing = parts.account.onTier(() => this.#tierChanged());
    this.#stopLoad = afterUnref(loadAfterMs, () => this.#openIfAllowed());
  }

  get dropped(): number {
    return this.#outbox?.dropped ?? 0;
  }

  see(draft: Draft): void {
    if (draft.kind !== 'resources') this.#spoken = true;
    const { include_content } = this.#parts.plan.config.settings.telemetry;
    // Without its body, which would keep a whole chunk in memory.
    const { body, original: _, ...rest } = draft;
    const kept = include_content ? { ...rest, body } : rest;
    this.#do((outbox) => outbox.see(kept));
  }

  learnt(ends: Ends): void {
    this.#ends = ends;
    this.#outbox?.learnt(ends);
  }

  emit(by: string, name: string, fields: Readonly<Record<string, unknown>>): void {
    const time = Date.now();
    this.#do((outbox) => outbox.emit(by, name, fields, time));
  }

  async close(end: Readonly<Record<string, unknown>>): Promise<OutboxSummary | undefined> {
    this.#stopLoad();
    this.#stopHearing();
    if (this.#spoken && mayTell(this.#parts.account)) await this.#open();
    await this.#opening;
    return this.#outbox?.close(end);
  }

  #do(work: (outbox: RunOutbox) => void): void {
    if (this.#outbox) {
      if (mayTell(this.#parts.account)) work(this.#outbox);
    } else if (this.#waiting && this.#waiting.length < waitingMax) this.#waiting.push(work);
  }

  #tierChanged(): void {
    if (mayTell(this.#parts.account)) this.#openIfAllowed();
    else this.#waiting = undefined; // Whoever signed in has no telemetry.
  }

  #openIfAllowed(): void {
    if (mayTell(this.#parts.account)) void this.#open();
  }

  #open(): Promise<void> {
    this.#stopLoad();
    this.#opening ??= this.#openNow().catch((error: Error) => {
      this.#parts.onFault(`Nothing is reported to the control plane: ${error.message}`);
    });
    return this.#opening;
  }

  async #openNow(): Promise<void> {
    const { openRunOutbox } = await import('./run-outbox.ts');
    const outbox = await openRunOutbox({ ...this.#parts, mayTell: () => mayTell(this.#parts.account) });
    if (this.#ends) outbox.learnt(this.#ends);
    for (const work of this.#waiting ?? []) work(outbox);
    this.#waiting = undefined;
    this.#outbox = outbox;
  }
}
