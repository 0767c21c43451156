import path from 'node:path';
import type { After } from '../after.ts';
import { ownOwner } from '../log/owner.ts';
import { makeFolder } from '../make-folder.ts';
import { addCounts, noCounts, type OutboxCounts, type OutboxState, replaceFile } from './outbox-state.ts';
import { pauseMs } from './pause-ms.ts';
import { type OutboxPlaces, stateFileName } from './places.ts';
import { bodyOf, type Send, type Sent } from './send.ts';
import { type Refused, setAside } from './set-aside.ts';
import { Spool } from './spool.ts';
import { endEmpty, takeOver } from './take-over.ts';

export interface OutboxOptions {
  readonly places: OutboxPlaces;
  /** Names the folder of this outbox. */
  readonly run: string;
  /** Whose events these are: they are sent to that control plane, for that account, and nowhere else. */
  readonly binding: string;
  readonly batchSize: number;
  readonly flushSeconds: number;
  readonly memoryMax: number;
  readonly diskBytesMax: number;
  readonly send: Send;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly after: After;
  /** From 0 to 1: ten km's should not all try again in one moment. */
  readonly random: () => number;
  /** Called once for each kind of trouble, with a sentence for the user. */
  readonly onFault: (message: string) => void;
}

/** So long an event is only in memory: what km's end by SIGKILL may cost. */
const writeMs = 1_000;
/** How often the folder is looked through for what dead runs have left. */
const lookMs = 60_000;
/** A run in another PID space counts as dead when it was not heard of for a day. */
const sayMs = 3_600_000;

/**
 * Takes events and sends them, sooner or later, at least once. Never throws, and nobody waits for it but who closes it.
 *
 * Each event is on the disk within a second; a batch leaves it when the control plane has answered for it.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #spool: Spool;
  readonly #closing = new AbortController();
  #counts: OutboxCounts = noCounts;
  #trouble: string | undefined;
  readonly #told = new Set<string>();
  #failures = 0;
  #notBefore = 0;
  #savedAt = 0;
  #under: Promise<unknown> = Promise.resolve();
  #sending: Promise<void> | undefined;
  #stopWrite: (() => void) | undefined;
  #stopFlush: (() => void) | undefined;
  #stopRetry: (() => void) | undefined;
  #stopLook: () => void;

  constructor(options: OutboxOptions) {
    const { places, run, batchSize, memoryMax, diskBytesMax, after } = options;
    this.#options = options;
    const folder = path.join(places.folder, run);
    this.#spool = new Spool({ folder, run, batchSize, memoryMax, diskBytesMax, claim: () => this.#saveState() });
    this.#stopLook = after(0, () => this.#track(this.#look()));
  }

  get counts(): OutboxCounts {
    return this.#counts;
  }

  /** Why events wait at the moment. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** How many events of this run wait. */
  get waiting(): number {
    return this.#spool.waiting;
  }

  /** Takes an event, JSON on one line. */
  add(json: string): void {
    const taken = this.#spool.add(json);
    if (taken === 'refused') this.#drop();
    else this.#arm();
    if (taken === 'full') this.#sendSoon();
  }

  #arm(): void {
    const { after, flushSeconds } = this.#options;
    this.#stopWrite ??= after(writeMs, () => this.#track(this.#write()));
    this.#stopFlush ??= after(flushSeconds * 1_000, () => {
      this.#stopFlush = undefined;
      this.#spool.seal();
      this.#sendSoon();
    });
  }

  #sendSoon(): void {
    this.#track(this.#send());
  }

  #track(work: Promise<void>): void {
    this.#under = Promise.all([this.#under, work]);
  }

  /** Sends what there is, also what is not a full batch; ends when it has been sent, or cannot be at the moment. */
  async flush(): Promise<void> {
    this.#spool.seal();
    await this.#takeOver();
    this.#sendSoon();
    await this.idle();
  }

  /** Writes down what is left, tries for a while to send it, and leaves the rest to later runs. */
  async close(deadlineMs: number): Promise<void> {
    for (const stop of [this.#stopWrite, this.#stopFlush, this.#stopRetry, this.#stopLook]) stop?.();
    this.#spool.seal();
    const stopWaiting = this.#options.after(deadlineMs, () => this.#closing.abort());
    await this.#write();
    await this.#send();
    this.#closing.abort();
    stopWaiting();
    await this.#leave().catch((error) => this.#fault(error));
  }

  /** Ends when nothing is under way. */
  async idle(): Promise<void> {
    for (let last: unknown; last !== this.#under; ) {
      last = this.#under;
      await last;
    }
  }

  #drop(): void {
    this.#counts = addCounts(this.#counts, { ...noCounts, dropped: 1 });
    this.#tell('Events are lost: neither memory nor disk has room for what cannot be sent. Traffic goes on.');
  }

  async #write(): Promise<void> {
    this.#stopWrite?.();
    this.#stopWrite = undefined;
    try {
      await this.#spool.write();
    } catch (error) {
      this.#fault(error);
    }
  }

  #send(): Promise<void> {
    if (this.#options.now() < this.#notBefore) return Promise.resolve();
    this.#sending ??= this.#sendAll()
      .catch((error) => this.#fault(error))
      .finally(() => {
        this.#sending = undefined;
      });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const batch = this.#spool.next();
      if (batch === undefined || this.#closing.signal.aborted) break;
      const lines = await this.#spool.linesOf(batch);
      if (lines.length > 0 && !(await this.#sendLines(lines))) break;
      await this.#spool.remove(batch);
      if (this.#options.now() < this.#notBefore) break; // It was the last that the quota had room for.
    }
    await this.#saveWhereItIs();
  }

  /** True when nothing is left to be done about these events. */
  async #sendLines(lines: readonly string[]): Promise<boolean> {
    const sent = await this.#options.send(bodyOf(lines), this.#closing.signal);
    switch (sent.kind) {
      case 'accepted':
        await this.#accepted(lines, sent);
        return true;
      case 'later':
        this.#wait(sent);
        return false;
      case 'refused':
        await this.#setAside(lines.map((line) => ({ line, reason: sent.reason })));
        return true;
      case 'too-large':
        return this.#sendHalves(lines);
    }
  }

  async #accepted(lines: readonly string[], sent: Extract<Sent, { kind: 'accepted' }>): Promise<void> {
    const { accepted, duplicates, rejected, events_remaining: remaining } = sent;
    this.#counts = addCounts(this.#counts, { ...noCounts, sent: accepted, duplicates });
    await this.#setAside(rejected.map(({ index, reason }) => ({ line: lines[index] ?? 'null', reason })));
    this.#failures = 0;
    this.#trouble = undefined;
    if (remaining === 0) this.#wait({ kind: 'later', long: true, reason: 'The quota of this month is used up.' });
  }

  async #sendHalves(lines: readonly string[]): Promise<boolean> {
    if (lines.length === 1) {
      await this.#setAside(lines.map((line) => ({ line, reason: 'it is too large' })));
      return true;
    }
    const middle = lines.length >> 1;
    return (await this.#sendLines(lines.slice(0, middle))) && (await this.#sendLines(lines.slice(middle)));
  }

  #wait({ reason, retryAfterMs, long }: Extract<Sent, { kind: 'later' }>): void {
    if (this.#closing.signal.aborted) return; // It was km that hung up.
    const { now, random, after } = this.#options;
    const waitMs = pauseMs({ failures: this.#failures, retryAfterMs, long: long === true, random: random() });
    this.#failures += 1;
    this.#notBefore = now() + waitMs;
    this.#trouble = reason;
    this.#stopRetry?.();
    this.#stopRetry = after(waitMs, () => this.#sendSoon());
  }

  async #setAside(refused: readonly Refused[]): Promise<void> {
    if (refused.length === 0) return;
    this.#counts = addCounts(this.#counts, { ...noCounts, refused: refused.length });
    const { refused: file } = this.#options.places;
    this.#tell(`The control plane refused events; they are in ${file}, with the reason.`);
    await setAside(file, refused).catch((error) => this.#fault(error));
  }

  /** Now and then: what others have left, and a sign of life. */
  async #look(): Promise<void> {
    await this.#takeOver();
    await this.#write(); // Where it failed before.
    this.#sendSoon();
    if (this.#options.now() - this.#savedAt > sayMs) await this.#saveWhereItIs();
    if (!this.#closing.signal.aborted) this.#stopLook = this.#options.after(lookMs, () => this.#track(this.#look()));
  }

  async #takeOver(): Promise<void> {
    const { places, run, binding, now } = this.#options;
    try {
      const adopt = (files: readonly string[]) => this.#spool.adopt(files);
      const others = await takeOver({ places, run, binding, adopt, now: now() });
      if (others !== undefined) this.#spool.setBytesOfOthers(others);
    } catch (error) {
      this.#fault(error);
    }
  }

  async #leave(): Promise<void> {
    const { places, run } = this.#options;
    const state = { ...this.#state(), ended: true } as const;
    const hasCounts = Object.values(this.#counts).some((count) => count > 0);
    if (!this.#spool.hasFolder && !hasCounts) return;
    if (this.#spool.isEmpty && (await endEmpty(places, run, state))) return;
    await makeFolder(path.join(places.folder, run));
    await replaceFile(this.#stateFile, state);
  }

  #state(): OutboxState {
    const { binding } = this.#options;
    const trouble = this.#trouble;
    return { owner: ownOwner(), binding, counts: this.#counts, ...(trouble !== undefined && { trouble }) };
  }

  get #stateFile(): string {
    const { places, run } = this.#options;
    return path.join(places.folder, run, stateFileName);
  }

  async #saveState(): Promise<void> {
    this.#savedAt = this.#options.now();
    await replaceFile(this.#stateFile, this.#state());
  }

  async #saveWhereItIs(): Promise<void> {
    if (this.#spool.hasFolder) await this.#saveState().catch((error) => this.#fault(error));
  }

  #fault(error: unknown): void {
    const { message, code } = error as NodeJS.ErrnoException; // Whatever throws here throws errors.
    this.#trouble = message;
    const why = code === 'ENOSPC' ? 'the disk is full' : message;
    this.#tell('The outbox cannot be kept on the disk, so events stay in memory', `: ${why}.`);
  }

  #tell(text: string, more = ''): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#options.onFault(text + more);
  }
}
