import { Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { Refusal } from '../problem.ts';

/**
 * Reads a body to its end, decompressed, as JSON.
 *
 * @param bytesMax Longest body after decompression: a small one may hold a very large one.
 * @throws Refusal `request.too-large`, `request.unsupported`, `request.invalid`
 */
export async function readJson(request: Request, bytesMax: number): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/(?:json|[\w.+-]+\+json)\s*(?:;|$)/i.test(type)) {
    throw new Refusal('request.unsupported', { detail: 'The content type has to be application/json.' });
  }
  const bytes = await collect(decompressed(request), bytesMax);
  try {
    return JSON.parse(storable(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new Refusal('request.invalid', { detail: 'The body is not JSON in UTF-8.', cause });
  }
}

/**
 * JSON with U+FFFD for what JSON can spell and PostgreSQL cannot hold: NUL, and halves of surrogate pairs. Refusing them would
 * let a server that has one in a name keep its events from being kept.
 */
function storable(json: string): string {
  if (!/\\u(?:0000|d[89a-f])/i.test(json)) return json;
  return json.replaceAll(escapes, (whole, pair?: string) =>
    pair === undefined && /^\\u(?:0000|d[89a-f])/i.test(whole) ? '\\ufffd' : whole,
  );
}

/** Every escape, so that a backslash that is itself escaped begins none; a pair of surrogates is one. */
const escapes = /\\u(d[89ab][\da-f]{2}\\ud[c-f][\da-f]{2})|\\u[\da-f]{4}|\\./gi;

function decompressed({ headers, body }: Request): AsyncIterable<Uint8Array> {
  const source = body ? Readable.fromWeb(body as never) : Readable.from([]);
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity') return source;
  if (encoding === 'gzip') return gunzipped(source);
  if (encoding === 'zstd') return unzstd(source);
  throw new Refusal('request.unsupported', { detail: 'The content encoding has to be gzip, zstd or identity.' });
}

async function* gunzipped(source: Readable): AsyncIterable<Uint8Array> {
  const gunzip: Gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip);
  } catch (cause) {
    throw new Refusal('request.invalid', { detail: 'The body is not gzip, though it says so.', cause });
  }
}

/** Node 20 has no zstd of its own. */
async function* unzstd(source: Readable): AsyncIterable<Uint8Array> {
  const ready: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => ready.push(chunk));
  try {
    for await (const chunk of source) {
      decompress.push(chunk as Uint8Array);
      yield* ready.splice(0);
    }
    decompress.push(new Uint8Array(0), true);
  } catch (cause) {
    throw new Refusal('request.invalid', { detail: 'The body is not zstd, though it says so.', cause });
  }
  yield* ready;
}

async function collect(source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Refusal('request.too-large', { detail: `The body may hold ${bytesMax} bytes.` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
