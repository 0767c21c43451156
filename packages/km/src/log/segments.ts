import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** One file of the log. */
export interface Segment {
  readonly path: string;
  /** Gzip, name ending in `.gz`. */
  readonly compressed: boolean;
  /** The one that writers append to. */
  readonly current: boolean;
  /** Sealed by km. Others were sealed by logrotate, which also compresses and deletes them. */
  readonly own: boolean;
  /** Bytes on disk. */
  readonly size: number;
  /** Last write, milliseconds since the epoch; kept when a segment is compressed or rewritten. */
  readonly mtime: number;
  /** Device and inode: what leases name. */
  readonly inode: string;
}

/** Where the parts of one log are. Everything lies beside the current segment and begins with its name. */
export interface LogPlaces {
  readonly file: string;
  readonly folder: string;
  /** `mcp_proxy` of `mcp_proxy.log`. */
  readonly stem: string;
  /** `.log`; may be empty. */
  readonly extension: string;
  /** Folder of the leases and locks. */
  readonly writers: string;
}

export function logPlaces(file: string): LogPlaces {
  const extension = path.extname(file);
  const stem = path.basename(file, extension);
  const folder = path.dirname(file);
  return { file, folder, stem, extension, writers: path.join(folder, `${stem}.writers`) };
}

/** Name for the current segment once it is sealed: `mcp_proxy.20261122T213005123Z.9f3a1c07.log`. */
export function sealedPath({ folder, stem, extension }: LogPlaces, time: number, run: string): string {
  const stamp = new Date(time).toISOString().replace(/[-:.]/g, '');
  // The end of a UUIDv7 is random; its beginning is the time and repeats among runs started together.
  const mark = run.replace(/[^0-9A-Za-z]/g, '').slice(-8);
  return path.join(folder, `${stem}.${stamp}.${mark}${extension}`);
}

/**
 * The files of a log, oldest first, the current segment last. Empty when there is none.
 *
 * A segment that is being compressed is listed once. A reader that finds a listed `.log` gone should look for the same
 * path with `.gz`, which is put in place before the plain file goes.
 */
export function listSegments(file: string): Segment[] {
  const places = logPlaces(file);
  const names = namesIn(places.folder);
  const isSealed = sealedPattern(places);
  const sealed = names
    .filter((name) => isSealed.test(name) && !names.includes(`${name}.gz`))
    .flatMap((name) => readSegment(places, name));
  const current = readSegment(places, path.basename(file));
  return [...sealed.sort((a, b) => sealedAt(a) - sealedAt(b) || a.mtime - b.mtime), ...current];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // No folder yet: no log yet.
  }
}

const stampPattern = /\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.[0-9A-Za-z]+/;

/** Ours, and those of logrotate: `mcp_proxy.log.1`, `mcp_proxy.log-20261122`, each also with `.gz`. */
function sealedPattern({ stem, extension }: LogPlaces): RegExp {
  const [base, end] = [stem, extension].map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${base}(?:${stampPattern.source}${end}|${end}(?:\\.\\d+|-\\d{8,14}))(?:\\.gz)?$`);
}

function readSegment({ file, folder }: LogPlaces, name: string): Segment[] {
  const found = path.join(folder, name);
  const stat = statSync(found, { bigint: true, throwIfNoEntry: false });
  if (!stat?.isFile()) return [];
  const current = name === path.basename(file);
  return [
    {
      path: found,
      compressed: name.endsWith('.gz'),
      current,
      own: !current && stampPattern.test(name),
      size: Number(stat.size),
      mtime: Number(stat.mtimeMs),
      inode: `${stat.dev}:${stat.ino}`,
    },
  ];
}

/** By name where km named it: a writer that stalled may touch an older segment after a newer one was sealed. */
function sealedAt(segment: Segment): number {
  const stamp = stampPattern.exec(path.basename(segment.path));
  if (stamp === null) return segment.mtime;
  const [, year, month, day, hour, minute, second, ms] = stamp.map(Number) as number[];
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
}
