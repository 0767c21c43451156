import { type OpenSegment, type Reader, readSegment, type Skipped } from './read.ts';
import type { RecordLine } from './record-line.ts';

const newline = 0x0a;
const blockBytes = 1 << 16;
const firstWindowBytes = 1 << 20;

/** The last `count` records that fit, oldest first, as stored. Reads from the end, no further back than needed. */
export async function lastRecords(
  segments: readonly OpenSegment[],
  count: number,
  fits: (line: RecordLine) => boolean,
  reader: Pick<Reader, 'between' | 'needles'>,
  skipped: Skipped,
): Promise<Buffer[]> {
  let found: Buffer[] = [];
  for (const segment of segments.toReversed()) {
    if (found.length >= count) break;
    const wanted = count - found.length;
    found = [...(await lastOfSegment({ ...segment, wanted, fits, reader, skipped })), ...found];
  }
  return found;
}

interface Search extends OpenSegment {
  readonly wanted: number;
  readonly fits: (line: RecordLine) => boolean;
  readonly reader: Pick<Reader, 'between' | 'needles'>;
  readonly skipped: Skipped;
}

/** Looks into a window at the end, four times as large at each turn: at most a third more is read than one reading would. */
async function lastOfSegment(search: Search): Promise<Buffer[]> {
  for (let window = firstWindowBytes; ; window *= 4) {
    const from = search.compressed ? 0 : Math.max(0, search.size - window);
    const skipped = { foreign: 0, unknownVersion: 0 };
    const kept = await lastInRange(search, from, skipped);
    if (kept.length < search.wanted && from > 0) continue;
    search.skipped.foreign += skipped.foreign;
    search.skipped.unknownVersion += skipped.unknownVersion;
    return kept;
  }
}

async function lastInRange(search: Search, from: number, skipped: Skipped): Promise<Buffer[]> {
  const kept: Buffer[] = [];
  const { wanted, fits, reader, size } = search;
  const onRecord = (line: RecordLine): void => {
    if (!fits(line)) return;
    kept.push(Buffer.from(line.bytes));
    // Cut now and then, not each time: shifting one by one is slow.
    if (kept.length >= 2 * wanted) kept.splice(0, kept.length - wanted);
  };
  await readSegment(search, { ...reader, onRecord }, skipped, { from, to: size });
  return kept.slice(-wanted);
}

/** Where the last whole line of a segment ends: behind it, a record is being written. */
export async function lastLineEnd({ handle, size }: OpenSegment): Promise<number> {
  const block = Buffer.allocUnsafe(blockBytes);
  for (let end = size; end > 0; end -= blockBytes) {
    const start = Math.max(0, end - blockBytes);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const at = block.subarray(0, bytesRead).lastIndexOf(newline);
    if (at >= 0) return start + at + 1;
  }
  return 0;
}
