import { createReadStream, readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** Every so many lines one is parsed whole; the others are told by their head, or checking took longer than measuring. */
const parseEvery = 200;

/** Throws unless the log in `folder` holds `messages` requests and responses, nothing was dropped, and it has its end. */
export async function checkLog(folder: string, messages: number): Promise<void> {
  const kinds = new Map<string, number>();
  for (const file of segments(folder)) await countKinds(file, kinds);
  const found = (kinds.get('request') ?? 0) + (kinds.get('response') ?? 0);
  const wrong = [
    found === messages ? '' : `${found} messages on record instead of ${messages}`,
    kinds.has('gap') ? `${kinds.get('gap')} gaps` : '',
    kinds.get('end') === 1 ? '' : 'no end record',
  ].filter((text) => text !== '');
  if (wrong.length > 0) throw new Error(`The log is not complete: ${wrong.join(', ')}.`);
}

function segments(folder: string): string[] {
  // Beside the segments there are a folder of leases, and locks.
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const names = entries.map(({ name }) => name).filter((name) => /^mcp_proxy\.(.*\.)?log(\.gz)?$/.test(name));
  // While one is being compressed both are there.
  return names.filter((name) => !names.includes(`${name}.gz`)).map((name) => path.join(folder, name));
}

async function countKinds(file: string, kinds: Map<string, number>): Promise<void> {
  const bytes = createReadStream(file, { highWaterMark: 1 << 20 });
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (number++ % parseEvery === 0) JSON.parse(line);
    const kind = /"kind":"(\w+)"/.exec(line.slice(0, 400))?.[1] ?? 'none';
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
}
