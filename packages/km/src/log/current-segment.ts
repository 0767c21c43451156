import { codeOf } from './fault.ts';
import type { Lease } from './lease.ts';
import type { Pace } from './pace.ts';
import { seal } from './rotate.ts';
import { closeSegment, openSegment, type SegmentFile, statOf } from './segment-file.ts';
import type { LogPlaces } from './segments.ts';
import type { LogOptions } from './writer.ts';

const heartbeatMs = 600_000;

export interface CurrentSegmentParts {
  readonly options: Pick<LogOptions, 'run' | 'file' | 'maxSize' | 'maxAge'>;
  readonly pace: Pace;
  readonly places: LogPlaces;
  readonly lease: Lease;
  /** A segment was opened: what is written now stands in it. */
  readonly onOpened: (segment: SegmentFile) => void;
  /** This run has sealed the segment that was full. */
  readonly onSealed: () => void;
  readonly report: (kind: string, sentence: string) => void;
}

/** The segment that a run writes to: follows the path when others rotate it, and rotates it when it is full. */
export class CurrentSegment {
  readonly #parts: CurrentSegmentParts;
  #segment: SegmentFile | undefined;
  #size = 0;
  #lookedAt = 0;
  #writtenSinceLook = 0;
  #leasedAt = 0;
  #rotateAfter = 0;
  #reopen = false;

  constructor(parts: CurrentSegmentParts) {
    this.#parts = parts;
  }

  /** The segment to write to: looks now and then whether it still is the current one, and whether it is full. */
  async ready(): Promise<SegmentFile> {
    const segment = this.#segment;
    if (segment === undefined || this.#reopen) return this.#open();
    if (segment.device || !this.#lookIsDue()) return segment;
    const found = await this.#look();
    if (found?.inode !== segment.inode) return this.#open();
    this.#size = found.size;
    if (!this.#isFull(segment)) return segment;
    return (await this.#rotate(segment)) ? this.#open() : segment;
  }

  /** To be told of each write. */
  wrote(bytes: number): void {
    this.#writtenSinceLook += bytes;
  }

  /** The file may have been replaced, or its file system mounted anew: it is opened again before the next write. */
  reopen(): void {
    this.#reopen = true;
  }

  /** True where an idle writer has something to look after. */
  get isFile(): boolean {
    return this.#segment?.device === false;
  }

  /** An idle writer must not keep a sealed segment from being compressed, nor its lease from looking alive. */
  async lookAfter(): Promise<void> {
    const segment = this.#segment;
    if (segment === undefined) return;
    const { lease } = this.#parts;
    if ((await this.#look())?.inode !== segment.inode) {
      await this.release();
      await lease.drop();
    } else if (Date.now() - this.#leasedAt > heartbeatMs) {
      await lease.set(segment.inode);
      this.#leasedAt = Date.now();
    }
  }

  async release(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment !== undefined) await closeSegment(segment);
  }

  async #open(): Promise<SegmentFile> {
    const { options, lease, onOpened } = this.#parts;
    this.#reopen = false;
    await this.release();
    const segment = await openSegment(options.file, lease);
    this.#segment = segment;
    this.#size = segment.size;
    this.#lookedAt = this.#leasedAt = Date.now();
    this.#writtenSinceLook = 0;
    onOpened(segment);
    return segment;
  }

  #lookIsDue(): boolean {
    const { pace, options } = this.#parts;
    return Date.now() - this.#lookedAt >= pace.lookMs || this.#writtenSinceLook >= options.maxSize / 16;
  }

  async #look(): Promise<{ inode: string; size: number } | undefined> {
    this.#lookedAt = Date.now();
    this.#writtenSinceLook = 0;
    return statOf(this.#parts.options.file);
  }

  #isFull({ bornAt }: SegmentFile): boolean {
    const { maxAge, maxSize } = this.#parts.options;
    const now = Date.now();
    if (now < this.#rotateAfter) return false;
    // Retention drops whole segments by their last write, so one that never fills must be sealed to grow old.
    const ageMax = (maxAge * 1_000) / 4;
    return this.#size >= maxSize || (ageMax > 0 && bornAt > 0 && this.#size > 0 && now - bornAt > ageMax);
  }

  async #rotate({ inode }: SegmentFile): Promise<boolean> {
    const { places, options, pace, onSealed, report } = this.#parts;
    try {
      const sealed = await seal(places, options.run, inode);
      if (sealed) onSealed();
      return sealed;
    } catch (error) {
      // Windows while a reader has it open, or a folder that lost its permissions: the log grows on, and later is tried again.
      this.#rotateAfter = Date.now() + 10 * pace.retryMs;
      const sentence = `The log could not be rotated (${codeOf(error)}): ${options.file} grows on.`;
      report(`rotate ${codeOf(error)}`, sentence);
      return false;
    }
  }
}
