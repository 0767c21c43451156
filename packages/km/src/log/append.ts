import type { LogRecord } from '@kilometers/core/record.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import type { Draft } from '../message/draft.ts';
import { Backlog, backlogBytesMax } from './backlog.ts';
import { CurrentSegment } from './current-segment.ts';
import { createEncoder, type Encoder } from './encode.ts';
import type { Entry } from './entry.ts';
import { codeOf, troubleText } from './fault.ts';
import type { KeyedSeal } from './keyed-seal.ts';
import { type Lease, openLease } from './lease.ts';
import { type Pace, usualPace } from './pace.ts';
import { type SegmentFile, writeTo } from './segment-file.ts';
import { logPlaces } from './segments.ts';
import { Upkeep } from './upkeep.ts';
import type { LogCounts, LogOptions, LogWriter, SessionFacts, Trim } from './writer.ts';

/** That much is written at once; a longer record goes alone. */
const batchBytesMax = 262_144;
/** That much does not wait for the timer. */
const eagerBytes = 131_072;
const closeMs = 2_000;

/** The log of one run, with what retention needs of it. */
export interface Log extends LogWriter {
  /** Records that the beginning of a run is being dropped. Ends when the record is written; false when it could not be. */
  trim(trims: readonly Trim[]): Promise<boolean>;
}

/** Opens the log of one run. Returns at once: opening, and what goes wrong with it, happen behind it. */
export function openLog(options: LogOptions, pace: Partial<Pace> = {}): Log {
  return new RunLog(options, { ...usualPace, ...pace });
}

class RunLog implements Log {
  readonly #options: LogOptions;
  readonly #pace: Pace;
  readonly #lease: Lease;
  readonly #encoder: Encoder;
  readonly #backlog: Backlog;
  readonly #segment: CurrentSegment;
  readonly #reported = new Set<string>();
  readonly #upkeep: Upkeep;

  #facts: SessionFacts = {};
  #sessionDue = true;
  #lastSeq = 0;
  #writtenSeq = 0;
  #written = 0;
  #dropped = 0;
  #bytes = 0;

  #tornInode: string | undefined;

  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #eager: NodeJS.Immediate | undefined;
  #idle: NodeJS.Timeout;
  #retry: NodeJS.Timeout | undefined;
  #trouble: string | undefined;
  #lost: { from: number; to: number; reason: string } | undefined;
  #waiting: { last: number; resolve: () => void }[] = [];
  #closed = false;

  constructor(options: LogOptions, pace: Pace) {
    this.#options = options;
    this.#pace = pace;
    // Whoever keeps long messages whole has room for some of them.
    this.#backlog = new Backlog(Math.max(backlogBytesMax, options.maxMessage));
    const places = logPlaces(options.file);
    this.#lease = openLease(places, options.run);
    this.#encoder = createEncoder(options, options.redactor ?? createRedactor());
    this.#upkeep = new Upkeep(options, pace, {
      trim: (trims) => this.trim(trims),
      report: (kind, sentence) => this.#report(kind, sentence),
    });
    this.#segment = new CurrentSegment({
      ...{ options, pace, places, lease: this.#lease },
      onOpened: (segment) => this.#opened(segment),
      onSealed: () => this.#upkeep.in(pace.maintainMs),
      report: (kind, sentence) => this.#report(kind, sentence),
    });
    this.#idle = setInterval(() => this.#onIdle(), pace.idleMs).unref();
    this.#schedule();
  }

  get counts(): LogCounts {
    return { written: this.#written, dropped: this.#dropped, bytes: this.#bytes };
  }

  append(draft: Draft): void {
    if (this.#closed || this.#trouble !== undefined || this.#backlog.full) {
      this.#lose(draft, this.#trouble ?? (this.#closed ? 'closed' : 'backlog'));
      return;
    }
    this.#pushGap();
    this.#backlog.push(draft);
    if (this.#flushing === undefined) this.#schedule();
  }

  describe(facts: SessionFacts): void {
    this.#facts = { ...this.#facts, ...facts, info: { ...this.#facts.info, ...facts.info } };
    this.#sessionDue = true;
    this.#schedule();
  }

  sealWith(seal: KeyedSeal): void {
    if (this.#closed) return;
    this.#encoder.sealWith(seal);
    this.describe({});
  }

  pressure(): Promise<void> | undefined {
    return this.#trouble === undefined ? this.#backlog.pressure() : undefined;
  }

  async trim(trims: readonly Trim[]): Promise<boolean> {
    if (this.#trouble !== undefined) return false;
    const before = this.#dropped;
    for (const trim of trims) this.#backlog.push({ kind: 'trim', time: Date.now(), seq: this.#lastSeq, ...trim });
    const last = this.#backlog.taken + this.#backlog.size;
    this.#schedule();
    await new Promise<void>((resolve) => {
      this.#waiting.push({ last, resolve });
    });
    return this.#trouble === undefined && this.#dropped === before;
  }

  async close(end: Pick<LogRecord, 'open' | 'exit' | 'signal'>): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#upkeep.stop();
    clearInterval(this.#idle);
    let giveUp: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      giveUp = setTimeout(resolve, closeMs);
    });
    await Promise.race([this.#finish(end), tooLong]);
    clearTimeout(giveUp);
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
  }

  async #finish(end: Pick<LogRecord, 'open' | 'exit' | 'signal'>): Promise<void> {
    await this.#drain();
    this.#pushGap();
    // Written at last, so that its count is right: what a last write could not take is not in it.
    await this.#drain();
    this.#backlog.push({ kind: 'end', time: Date.now(), seq: this.#lastSeq, ...end });
    await this.#drain();
    await this.#segment.release();
    await this.#lease.drop().catch(() => {}); // Left behind, it is known as that of a dead process.
  }

  /** Writes until nothing waits. */
  async #drain(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    while (this.#backlog.size > 0 || (this.#sessionDue && this.#trouble === undefined)) await this.#flush(0);
  }

  #schedule(): void {
    if (this.#trouble !== undefined || this.#flushing !== undefined || this.#eager !== undefined) return;
    if (this.#backlog.bytes >= eagerBytes) {
      this.#eager = setImmediate(() => this.#flush(eagerBytes));
    } else this.#timer ??= setTimeout(() => this.#flush(eagerBytes), this.#pace.flushMs);
  }

  /**
   * Writes batch after batch while more than `enough` waits. Only one runs at a time.
   *
   * What is less waits for the timer again, so that a steady trickle does not cost a write for each record.
   */
  #flush(enough: number): Promise<void> {
    this.#flushing ??= this.#writeBatches(enough).finally(() => {
      this.#flushing = undefined;
      if (this.#backlog.size > 0 || this.#sessionDue) this.#schedule();
    });
    return this.#flushing;
  }

  async #writeBatches(enough: number): Promise<void> {
    clearTimeout(this.#timer);
    clearImmediate(this.#eager);
    this.#timer = undefined;
    this.#eager = undefined;
    do {
      let entries: Entry[] = [];
      try {
        const segment = await this.#segment.ready();
        entries = this.#encodeBatch(segment);
        await this.#write(segment, entries);
      } catch (error) {
        this.#fail(error, entries);
        return;
      } finally {
        this.#tellWaiting();
      }
    } while (this.#backlog.bytes > enough);
  }

  #tellWaiting(): void {
    if (this.#waiting.length === 0) return;
    const done = this.#waiting.filter(({ last }) => last <= this.#backlog.taken);
    this.#waiting = this.#waiting.filter(({ last }) => last > this.#backlog.taken);
    for (const { resolve } of done) resolve();
  }

  #opened({ device }: SegmentFile): void {
    this.#sessionDue = true;
    if (!device) this.#upkeep.first(this.#written === 0);
  }

  /** Encodes what waits, up to a batch. */
  #encodeBatch(segment: SegmentFile): Entry[] {
    const entries: Entry[] = [];
    this.#lastSeq = this.#writtenSeq;
    if (this.#tornInode === segment.inode) this.#encoder.endTornLine();
    if (this.#sessionDue) this.#encodeOne(this.#sessionEntry(), entries);
    for (let next = this.#backlog.peek(); next !== undefined; next = this.#backlog.peek()) {
      if (entries.length > 0 && this.#encoder.length + (next.body?.bytes.length ?? 0) > batchBytesMax) break;
      this.#backlog.shift();
      this.#encodeOne(next, entries);
    }
    return entries;
  }

  #encodeOne(entry: Entry, entries: Entry[]): void {
    // Known only now: other records may have been queued before it, or a session record may begin a segment with it.
    const placed = entry.kind === 'trim' || entry.kind === 'end' ? { ...entry, seq: this.#lastSeq } : entry;
    if (placed.kind === 'end') placed.count = this.#written + entries.length;
    entries.push(placed);
    this.#encoder.add(placed);
    this.#lastSeq = placed.seq;
  }

  #sessionEntry(): Entry {
    this.#sessionDue = false;
    const time = this.#backlog.peek()?.time ?? Date.now();
    return { kind: 'session', time, seq: this.#lastSeq, ...this.#facts };
  }

  async #write(segment: SegmentFile, entries: Entry[]): Promise<void> {
    const { length } = this.#encoder;
    if (length === 0) return;
    const taken = await writeTo(segment, this.#encoder.pieces);
    const whole = this.#encoder.settle(taken);
    this.#written += whole;
    this.#writtenSeq = entries[whole - 1]?.seq ?? this.#writtenSeq;
    this.#bytes += taken;
    this.#segment.wrote(taken);
    this.#tornInode = taken < length ? segment.inode : undefined;
    this.#trouble = undefined;
    // A short write says nothing of why; the next one will.
    for (const entry of entries.slice(whole)) this.#lose(entry, 'short write');
    if (taken < length) this.#pushGap();
    this.#backlog.progressed();
  }

  /** The log can not be written: what waits is dropped and counted, and from time to time it is tried again. */
  #fail(error: unknown, entries: readonly Entry[]): void {
    const code = codeOf(error);
    this.#encoder.settle(0);
    this.#trouble = code;
    this.#sessionDue = true;
    this.#segment.reopen();
    for (const entry of [...entries, ...this.#backlog.clear()]) this.#lose(entry, code);
    this.#report(code, troubleText(this.#options.file, error));
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#tryAgain(), this.#pace.retryMs).unref();
  }

  #tryAgain(): void {
    this.#pushGap();
    void this.#flush(eagerBytes);
  }

  #lose(entry: Entry, reason: string): void {
    if (entry.kind === 'gap') {
      this.#widenGap(entry.from ?? entry.seq, entry.to ?? entry.seq, entry.reason ?? reason);
      return;
    }
    if (entry.kind === 'session') this.#sessionDue = true;
    if (entry.kind === 'session' || entry.kind === 'trim' || entry.kind === 'end') return;
    this.#dropped++;
    this.#widenGap(entry.seq, entry.seq, reason);
    if (reason === 'backlog') this.#report(reason, troubleText(this.#options.file, { code: reason }));
  }

  #widenGap(from: number, to: number, reason: string): void {
    const { from: first, to: last } = this.#lost ?? { from, to };
    this.#lost = { from: Math.min(first, from), to: Math.max(last, to), reason: this.#lost?.reason ?? reason };
  }

  #pushGap(): void {
    if (this.#lost === undefined) return;
    this.#backlog.push({ kind: 'gap', time: Date.now(), seq: this.#lost.to, ...this.#lost });
    this.#lost = undefined;
  }

  #report(kind: string, sentence: string): void {
    if (this.#reported.has(kind)) return;
    this.#reported.add(kind);
    this.#options.onFault(sentence);
  }

  #onIdle(): void {
    if (!this.#segment.isFile || this.#flushing !== undefined) return;
    this.#flushing = this.#segment
      .lookAfter()
      .catch(() => {}) // Whatever is wrong with the path will be said when there is something to write.
      .finally(() => {
        this.#flushing = undefined;
        if (this.#backlog.size > 0) this.#schedule();
      });
  }
}
