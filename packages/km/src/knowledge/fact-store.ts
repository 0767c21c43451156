import path from 'node:path';
import type { Fact } from '@kilometers/core/risk/session/fact.ts';
import { Memory } from '@kilometers/core/risk/session/memory.ts';
import { withLock } from '../log/lock.ts';
import { FactFile } from './fact-file.ts';
import { readLines, toLines } from './fact-lines.ts';

/** Where the km's of a machine keep what they know. */
export const knowledgeFolder = (dataFolder: string): string => path.join(dataFolder, 'knowledge');

export interface StoreOptions {
  readonly dataFolder: string;
  /** Who writes, unlike all others: lines of one's own are not read back. */
  readonly writer: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told once. What is known stays known to this process. */
  readonly onFault: (message: string) => void;
}

/** From here on it is worth asking whether a shorter file would say the same. */
const shortenFromBytes = 1_048_576;
/** More facts than that waiting for a disk that takes none are dropped, oldest first. */
const waitingMax = 1_000;

/** The memory of a machine: what others write is in it after `refresh`, what is kept is on the disk soon. */
export class FactStore {
  readonly memory = new Memory();
  readonly #options: StoreOptions;
  readonly #file: FactFile;
  #waiting: Fact[] = [];
  #writing: Promise<void> | undefined;
  #isFaulty = false;
  #bytesSinceShortened = 0;
  #factsRead = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#file = new FactFile(path.join(knowledgeFolder(options.dataFolder), 'facts.jsonl'));
  }

  /** Reads what is there. Never throws: without a store each session knows what it has seen itself. */
  async open(): Promise<void> {
    try {
      const news = await this.#file.readWhole();
      if (news === undefined) return;
      this.#take(readLines(news.text));
      this.#bytesSinceShortened = news.text.length;
      if (this.#isWorthShortening()) await this.shorten();
    } catch (error) {
      this.fault(error);
    }
  }

  keep(fact: Fact): void {
    this.memory.apply(fact);
    this.#waiting.push(fact);
    if (this.#waiting.length > waitingMax) this.#waiting.shift();
    this.#writing ??= this.#write();
  }

  /** Takes in what others have written. Some microseconds when that is nothing. */
  refresh(): void {
    try {
      const news = this.#file.news();
      if (news === undefined) return;
      if (news.isWhole) this.#clear();
      this.#take(readLines(news.text, news.isWhole ? undefined : this.#options.writer));
      if (news.isWhole) for (const fact of this.#waiting) this.memory.apply(fact);
    } catch (error) {
      this.fault(error);
    }
  }

  /** Writes the file anew with what still holds, unless another process is about it. Marks that were forgotten leave the disk. */
  async shorten(): Promise<void> {
    this.#bytesSinceShortened = 0;
    try {
      // Nobody takes the lines of `all` for their own, so that every one is read by all.
      const copy = (text: string) => toLines(readLines(text), 'all');
      const shorten = () => this.#file.replace((text) => this.#shortened(text), copy);
      await withLock(`${this.#file.path}.lock`, shorten);
    } catch (error) {
      this.fault(error);
    }
  }

  /** Ends when all that was kept is written, or cannot be. */
  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #shortened(text: string): string {
    const memory = new Memory();
    for (const fact of readLines(text)) memory.apply(fact);
    return toLines(memory.snapshot(this.#options.now()), 'all');
  }

  #clear(): void {
    this.memory.clear();
    this.#factsRead = 0;
  }

  #take(facts: readonly Fact[]): void {
    this.#factsRead += facts.length;
    for (const fact of facts) this.memory.apply(fact);
  }

  #isWorthShortening(): boolean {
    if (this.#bytesSinceShortened < shortenFromBytes) return false;
    return this.#factsRead > 2 * this.memory.snapshot(this.#options.now()).length;
  }

  async #write(): Promise<void> {
    await undefined; // What is learned from one message is written at once.
    try {
      while (this.#waiting.length > 0) await this.#writeBatch();
    } catch (error) {
      this.fault(error); // What waits is tried again with what comes next.
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeBatch(): Promise<void> {
    const batch = [...this.#waiting];
    const lines = toLines(batch, this.#options.writer);
    await this.#file.append(lines);
    this.#waiting = this.#waiting.filter((fact) => !batch.includes(fact));
    this.#bytesSinceShortened += lines.length;
    if (this.#bytesSinceShortened >= 4 * shortenFromBytes) await this.shorten();
  }

  /** Says once that the store cannot be used. */
  fault(error: unknown): void {
    if (this.#isFaulty) return;
    this.#isFaulty = true;
    const { code, message } = error as NodeJS.ErrnoException;
    const folder = knowledgeFolder(this.#options.dataFolder);
    this.#options.onFault(
      `What km learns of tools is not shared: ${folder} cannot be used (${code ?? message}). Traffic goes on.`,
    );
  }
}
