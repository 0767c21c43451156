import { chainStart } from '@kilometers/core/record.ts';
import { checkSeal, type KeyedSeal, type SealState } from './keyed-seal.ts';
import { type Reader, readLog, type Skipped } from './read.ts';
import type { RecordLine } from './record-line.ts';
import { sha256 } from './sha256.ts';
import { type Span, subtract, total } from './spans.ts';

/** Where a chain does not hold, and how that shows. */
export interface Fault {
  readonly segment: string;
  readonly line: number;
  readonly seq: number;
  readonly what: string;
}

/**
 * How a run stands.
 *
 * `trimmed` lacks a beginning that retention or clearing has declared; `open` has no `end` record: it is still running,
 * or was killed.
 */
export type RunState = 'ok' | 'open' | 'broken';

/**
 * Whether a key stands behind a chain: whoever lacks it cannot write anew what comes before the last seal.
 *
 * `beginning`: sealed up to a record before the last, since the run has no `end`. `other-key`: there are seals, made with
 * a key that was not given. `unfit`: one is missing, or was not made for the record that carries it.
 */
export type RunSeal = 'sealed' | 'beginning' | 'unsealed' | 'other-key' | 'unfit';

export interface RunReport {
  readonly run: string;
  readonly session: string;
  readonly server: string;
  readonly records: number;
  readonly state: RunState;
  readonly trimmed: boolean;
  /** Messages that the run itself has declared lost. */
  readonly lost: number;
  readonly seal: RunSeal;
  /** `seq` up to which the run is sealed with the key given; null when it is not. */
  readonly sealedTo: number | null;
  /** The first places that do not hold. */
  readonly faults: readonly Fault[];
}

export interface Verification {
  readonly runs: readonly RunReport[];
  readonly records: number;
  readonly skipped: Skipped;
}

/**
 * Follows the hash chain of each run through all segments. Memory grows with the number of runs, not of records.
 *
 * @param seal Made of the key that seals the log; without it seals are seen, and not checked.
 */
export async function verifyLog(file: string, seal?: KeyedSeal): Promise<Verification> {
  const runs = new Map<string, RunChain>();
  const trims = new Map<string, string[]>();
  let records = 0;
  const onRecord: Reader['onRecord'] = (line, place) => {
    records++;
    const id = line.text('run') as string;
    const run = runs.get(id) ?? new RunChain(id, seal);
    runs.set(id, run);
    run.add(line, { segment: place.segment, line: place.line ?? 0 });
    if (line.text('kind') === 'trim') noteTrim(trims, line);
  };
  const skipped = await readLog(file, { onRecord });
  return { runs: [...runs.values()].map((run) => run.report(trims.get(run.run) ?? [])), records, skipped };
}

function noteTrim(trims: Map<string, string[]>, line: RecordLine): void {
  const of = line.text('of');
  const was = line.text('was');
  if (of === undefined || was === undefined) return;
  const known = trims.get(of);
  if (known) known.push(was);
  else trims.set(of, [was]);
}

type Spot = Pick<Fault, 'segment' | 'line'>;

const faultsMax = 20;
const spansMax = 1_000;

/** The chain of one run as far as it has been read. */
class RunChain {
  readonly run: string;
  #session = '';
  #server = '';
  #records = 0;
  #hasEnded = false;
  #faults: Fault[] = [];
  /** The first record, where it hangs on one that is not there. */
  #beginning: (Fault & { readonly prev: string }) | undefined;
  /** Hash of the last line, and of the one before it. */
  #head = chainStart;
  #headBefore = '';
  #at: Spot = { segment: '', line: 0 };
  #atSeq = 0;
  #lastSeq = 0;
  /** Numbers that have not come (yet), and those that `gap` records have declared lost. */
  #missing: Span[] = [];
  #lost: Span[] = [];
  /** A line that the chain passed over; a `gap` that declares it lost explains it. */
  #orphan: Fault | undefined;

  readonly #key: KeyedSeal | undefined;
  #seal: SealState | 'none' = 'none';
  /** The key of the run's first seal; a run does not change it. */
  #keyName = '';
  #sealedTo: number | null = null;

  constructor(run: string, key: KeyedSeal | undefined) {
    this.run = run;
    this.#key = key;
  }

  add(line: RecordLine, spot: Spot): void {
    const prev = line.text('prev') ?? '';
    const seq = line.number('seq') as number;
    if (this.#records === 0) this.#begin(line, prev, { ...spot, seq, what: '' });
    else if (prev !== this.#head) this.#breakAt(prev, { ...spot, seq, what: '' });
    if (this.#hasEnded) this.#fault({ ...spot, seq, what: 'It comes after the end of its run.' });
    this.#records++;
    this.#number(line, seq);
    this.#checkSeal(line, { ...spot, seq, what: '' });
    this.#headBefore = this.#head;
    this.#head = sha256(line.bytes);
    this.#at = spot;
    this.#atSeq = seq;
    if (line.text('kind') === 'end') this.#end(line, { ...spot, seq, what: '' });
  }

  /** @param trims What retention and clearing say the first record kept hangs on. */
  report(trims: readonly string[]): RunReport {
    const beginning = this.#beginning;
    const isTrimmed = beginning !== undefined && trims.includes(beginning.prev);
    if (beginning && !isTrimmed)
      this.#fault({ ...beginning, what: 'The beginning of the run is missing, and no record says why.' });
    if (this.#orphan) this.#fault(this.#orphan);
    this.#countMissing();
    const state = this.#faults.length > 0 ? 'broken' : this.#hasEnded ? 'ok' : 'open';
    return {
      ...{ run: this.run, session: this.#session, server: this.#server, records: this.#records, state },
      ...{ trimmed: isTrimmed, lost: total(this.#lost), faults: this.#faults },
      ...{ seal: this.#sealed(), sealedTo: this.#sealedTo },
    };
  }

  /** Once a run has its key it seals every record that can be: one that is bare then has lost its seal. */
  #checkSeal(line: RecordLine, at: Fault): void {
    const kind = line.text('kind');
    if (kind !== 'session' && kind !== 'end') return;
    const value = line.text('seal');
    if (value !== undefined) this.#weigh(value, line, at);
    else if (line.has('seal') || this.#seal !== 'none')
      this.#unfit(at, 'Its seal is missing; the run had begun to seal.');
  }

  #weigh(value: string, line: RecordLine, at: Fault): void {
    const name = value.split('.')[0] ?? '';
    this.#keyName ||= name;
    const state = name === this.#keyName ? checkSeal(value, line.around('seal'), this.#key) : 'does-not-fit';
    if (state === 'does-not-fit')
      this.#unfit(at, 'Its seal does not fit: it, or what it hangs on, was written without the key.');
    else if (this.#seal !== 'does-not-fit') this.#seal = state;
    if (this.#seal === 'fits') this.#sealedTo = at.seq;
  }

  #unfit(at: Fault, what: string): void {
    this.#seal = 'does-not-fit';
    this.#fault({ ...at, what });
  }

  #sealed(): RunSeal {
    if (this.#seal === 'fits') return this.#hasEnded ? 'sealed' : 'beginning';
    return ({ none: 'unsealed', 'other-key': 'other-key', 'does-not-fit': 'unfit' } as const)[this.#seal];
  }

  #begin(line: RecordLine, prev: string, at: Fault): void {
    this.#session = line.text('session') ?? '';
    this.#server = line.text('server') ?? '';
    if (prev === chainStart) return;
    this.#beginning = { ...at, prev };
    // What is not there any more cannot be counted.
    this.#lastSeq = isOwn(line) ? at.seq : at.seq - 1;
  }

  #breakAt(prev: string, at: Fault): void {
    const before = `${this.#at.segment}:${this.#at.line}`;
    if (prev === this.#headBefore) {
      const what = `The chain of its run passes over it: it was added, or what follows it was changed.`;
      this.#orphan ??= { ...this.#at, seq: this.#atSeq, what };
      return;
    }
    const what = `It expects a record with hash ${short(prev)} before it; the one there, ${before}, has ${short(this.#head)}: that one was changed, or records between them were removed or moved.`;
    this.#fault({ ...at, what });
  }

  /** Numbers may come in another order than they were given: a message can be held while others pass. */
  #number(line: RecordLine, seq: number): void {
    if (line.text('kind') === 'gap') this.#declare({ from: line.number('from') ?? seq, to: line.number('to') ?? seq });
    else if (!isOwn(line)) {
      if (seq > this.#lastSeq + 1) this.#miss({ from: this.#lastSeq + 1, to: seq - 1 });
      else if (seq <= this.#lastSeq) this.#missing = subtract(this.#missing, { from: seq, to: seq });
    }
    this.#lastSeq = Math.max(this.#lastSeq, seq);
  }

  #miss(span: Span): void {
    const rest = this.#lost.reduce((spans, lost) => subtract(spans, lost), [span]);
    if (this.#missing.length < spansMax) this.#missing.push(...rest);
  }

  #declare(lost: Span): void {
    if (lost.from > this.#lastSeq + 1) this.#miss({ from: this.#lastSeq + 1, to: lost.from - 1 });
    this.#missing = subtract(this.#missing, lost);
    this.#lost = [...subtract(this.#lost, lost), lost].slice(-spansMax);
    if (this.#orphan && lost.from <= this.#orphan.seq && this.#orphan.seq <= lost.to) {
      this.#orphan = undefined;
      this.#records--; // The run does not count it among those it wrote.
    }
  }

  #end(line: RecordLine, at: Fault): void {
    this.#hasEnded = true;
    const count = line.number('count');
    const found = this.#records - 1;
    const isWhole = this.#beginning === undefined && this.#faults.length === 0 && this.#orphan === undefined;
    if (isWhole && count !== undefined && count !== found)
      this.#fault({ ...at, what: `The run says that it wrote ${count} records; ${found} are here.` });
  }

  /** A run that was killed may have held messages it never got to write; one that ended has not. */
  #countMissing(): void {
    const count = total(this.#missing);
    if (count === 0 || !this.#hasEnded || this.#faults.length > 0) return;
    const { from, to } = this.#missing[0] as Span;
    const what = `${count} numbered records of the run are missing, first ${from}–${to}, and no gap record declares them.`;
    this.#fault({ ...this.#at, seq: this.#atSeq, what });
  }

  #fault(fault: Fault): void {
    if (this.#faults.length < faultsMax) {
      const { segment, line, seq, what } = fault;
      this.#faults.push({ segment, line, seq, what });
    }
  }
}

const ownKindNames: ReadonlySet<string> = new Set(['session', 'trim', 'end', 'gap']);

function isOwn(line: RecordLine): boolean {
  return ownKindNames.has(line.text('kind') as string);
}

/** Enough to find it in the log, short enough to read. */
function short(hash: string): string {
  return `${hash.slice(0, 16)}…`;
}
