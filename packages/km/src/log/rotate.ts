import { rename } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.ts';
import { statOf } from './segment-file.ts';
import { type LogPlaces, sealedPath } from './segments.ts';

/**
 * Seals the current segment by renaming it, when it still is the one that the caller saw.
 *
 * Other writers go on writing to it until they look at the path again; their leases keep it from being compressed.
 *
 * @param seen Inode of the segment to seal; undefined seals whichever is current.
 * @returns false when another process was quicker, or there was nothing to seal.
 */
export async function seal(places: LogPlaces, run: string, seen?: string): Promise<boolean> {
  const sealed = await withLock(path.join(places.writers, 'rotate.lock'), async () => {
    const found = await statOf(places.file);
    if (found === undefined || found.size === 0 || (seen !== undefined && found.inode !== seen)) return false;
    await rename(places.file, sealedPath(places, Date.now(), run));
    return true;
  });
  return sealed ?? false;
}
