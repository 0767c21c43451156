import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { km } from '../e2e/start-km.ts';

const tee = fileURLToPath(new URL('./tee.mjs', import.meta.url));

/** A way from a client to a server on which all bytes are kept, at the client's end and at the server's. */
export interface Wiretap {
  /** What the client is to start: client – tap – km – tap – server. */
  readonly command: readonly [string, ...string[]];
  /** Fails unless both ends of km saw the same bytes, both ways, and there were some. */
  expectSameBytes(): void;
  /** All that reached the server, of all its runs. */
  reached(): string;
  /** All that the client received, one entry for each time it started the server. */
  received(): string[];
}

/** What stands between the two taps: nothing, or km. */
export const direct: readonly string[] = [];
export const throughKm: readonly string[] = [km, 'monitor', '--'];

/** Puts km between two taps before `server`. Without km the same taps sit on a direct pipe. */
export function wiretap(folder: string, server: readonly string[], through: readonly string[] = throughKm): Wiretap {
  mkdirSync(folder, { recursive: true });
  const [outer, inner] = [path.join(folder, 'client'), path.join(folder, 'server')];
  const inside = [process.execPath, tee, inner, ...server];
  return {
    command: [process.execPath, tee, outer, ...through, ...inside],
    expectSameBytes() {
      for (const way of ['in', 'out']) {
        const [atClient, atServer] = [kept(outer, way), kept(inner, way)];
        expect(atClient, `bytes on ${way}`).toEqual(atServer);
        expect(atClient.join('').length).toBeGreaterThan(0);
      }
    },
    reached: () => kept(inner, 'in').join(''),
    received: () => kept(outer, 'out'),
  };
}

/** Sorted by content: the two ends of one run have different pids. */
function kept(prefix: string, way: string): string[] {
  const folder = path.dirname(prefix);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.startsWith(`${path.basename(prefix)}.`));
  const files = names.filter((name) => name.endsWith(`.${way}`));
  return files.map((name) => readFileSync(path.join(folder, name), 'latin1')).sort();
}
