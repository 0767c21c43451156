import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { noFigures, type Snapshot, sumOf } from '../figures/snapshot.ts';
import { withLock } from '../log/lock.ts';
import { isAlive, ownOwner, readOwner } from '../log/owner.ts';
import { makeFolder } from '../make-folder.ts';

/** The figures of all km's that share a folder: each publishes its own, and any of them can tell the sum. */
export interface SharedFigures {
  /** Replaces what this process has told before. @throws what the file system says. */
  publish(snapshot: Snapshot): Promise<void>;
  /** Last words: the process counts as ended from now on. */
  leave(snapshot: Snapshot): Promise<void>;
  /** Counters of all there ever were, gauges of those that live. Counters never go back. */
  sum(): Promise<Snapshot>;
  /** Adds the counters of those that have ended to one file, once. Whoever does it, the sum stays what it was. */
  fold(): Promise<void>;
}

interface Parts {
  readonly folder: string;
  /** Names this process among all that ever were. */
  readonly id: string;
  readonly now: () => number;
}

const number = v.pipe(v.number(), v.finite());
const labels = v.pipe(v.string(), v.check(areLabels));
const values = <T extends v.GenericSchema>(value: T) => v.record(v.string(), v.record(labels, value));
const bins = v.object({ counts: v.array(number), sum: number });
const counted = { counters: values(number), histograms: values(bins) };

/** What one process published. */
const Published = v.object({ owner: v.unknown(), ended: v.boolean(), ...counted, gauges: values(number) });
/** What those that have ended counted. `of` are the processes whose own files may still be there. */
const Folded = v.object({ of: v.array(v.string()), ...counted });
type Folded = Pick<Snapshot, 'counters' | 'histograms'> & { readonly of: readonly string[] };

const nothingFolded: Folded = { of: [], counters: {}, histograms: {} };
const suffix = '.figures.json';

/**
 * Opens the folder, which is made when something is published.
 *
 * All files are replaced whole, by rename. Folding writes the new sum, which says whose figures are in it, and only then
 * removes their files: whoever reads meanwhile, or finds what a killed km left half done, counts nobody twice.
 */
export function openSharedFigures({ folder, id, now }: Parts): SharedFigures {
  const fileOf = (one: string) => path.join(folder, `${one}${suffix}`);
  const foldedFile = path.join(folder, 'ended.json');

  async function publish(snapshot: Snapshot, ended: boolean): Promise<void> {
    await makeFolder(folder);
    await replaceFile(fileOf(id), { owner: ownOwner(), ended, ...snapshot });
  }

  const readFolded = async () => (await readJson(foldedFile, Folded)) ?? nothingFolded;

  async function sum(): Promise<Snapshot> {
    for (;;) {
      const before = await readFolded();
      const members = await membersBeside(before);
      const after = await readFolded();
      // Folded meanwhile: somebody's figures may have been neither here nor there.
      if (before.of.join() !== after.of.join()) continue;
      return sumOf([
        countersOf(before),
        ...members.map(({ alive, figures }) => (alive ? figures : countersOf(figures))),
      ]);
    }
  }

  async function membersBeside({ of }: Folded): Promise<readonly Member[]> {
    const ids = (await namesIn(folder))
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length));
    const members = await Promise.all(ids.filter((one) => !of.includes(one)).map((one) => readMember(one)));
    return members.filter((member) => member !== undefined);
  }

  async function readMember(one: string): Promise<Member | undefined> {
    const seen = await readOne(one);
    // It may have published between being read and ending: its last word is what counts.
    return seen === undefined || seen.alive ? seen : readOne(one);
  }

  async function readOne(one: string): Promise<Member | undefined> {
    const published = await readJson(fileOf(one), Published);
    if (published === undefined) return undefined;
    const { ended, owner: written, ...figures } = published;
    const owner = readOwner(written);
    const alive = !ended && owner !== undefined && isAlive(owner, await mtimeOf(fileOf(one)), now());
    return { id: one, figures, alive };
  }

  const removeAll = (ids: readonly string[]) => Promise.all(ids.map((one) => rm(fileOf(one), { force: true })));

  async function fold(): Promise<void> {
    const before = await readFolded();
    await removeAll(before.of); // Left by one who was killed on the way.
    const ended = (await membersBeside(before)).filter(({ alive }) => !alive);
    if (ended.length === 0) return;
    const { counters, histograms } = sumOf([before, ...ended.map(({ figures }) => figures)].map(countersOf));
    const of = ended.map((one) => one.id);
    await replaceFile(foldedFile, { of, counters, histograms } satisfies Folded);
    await removeAll(of);
  }

  return {
    publish: (snapshot) => publish(snapshot, false),
    leave: (snapshot) => publish(snapshot, true),
    sum,
    fold: () => withLock(path.join(folder, 'fold.lock'), fold),
  };
}

interface Member {
  readonly id: string;
  readonly figures: Snapshot;
  readonly alive: boolean;
}

/** What stays of a process that has ended. */
function countersOf({ counters, histograms }: Pick<Snapshot, 'counters' | 'histograms'>): Snapshot {
  return { ...noFigures, counters, histograms };
}

async function replaceFile(file: string, content: object): Promise<void> {
  await writeFile(`${file}.tmp`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}

/** Undefined when it is not there, or nothing that this version of km can read. */
async function readJson<T extends v.GenericSchema>(file: string, schema: T): Promise<v.InferOutput<T> | undefined> {
  try {
    const result = v.safeParse(schema, JSON.parse(await readFile(file, 'utf8')));
    return result.success ? result.output : undefined;
  } catch {
    return undefined; // Just folded, or cut by a full disk.
  }
}

function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []); // Nobody has published yet.
}

async function mtimeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

function areLabels(text: string): boolean {
  try {
    const values: unknown = JSON.parse(text);
    return Array.isArray(values) && values.every((value) => typeof value === 'string');
  } catch {
    return false; // By something that is not km.
  }
}
