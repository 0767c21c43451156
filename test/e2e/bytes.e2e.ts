import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messages, monitor, type Run, testServer } from './start-km.ts';

const processes = 40;
const streamsEach = 250;

/** Bytes that a line-wise or text-wise proxy would trip over, beside any bytes at all. */
const awkward = fc.constantFrom(
  '\n',
  '\r\n',
  '\r',
  '\0',
  '\n\n',
  '\uFEFF',
  '\u2028',
  '{"jsonrpc":"2.0","id":1,"method":"ping"}\n',
  '{"jsonrpc":"2.0","id":1,"result":{}}\r\n',
  '[{"id":9007199254740993}]\n',
);
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  awkward.map((text) => Buffer.from(text)),
  fc.constantFrom('ff', 'c3', 'e282', 'f09f98', 'eda080').map((hex) => Buffer.from(hex, 'hex')),
);
const stream = fc.array(piece, { minLength: 1, maxLength: 6 });

/** Writes the pieces one by one, so that km gets them cut where the stream was cut, and takes what comes back. */
async function echoed(run: Run, pieces: readonly Buffer[]): Promise<Buffer> {
  for (const bytes of pieces) {
    run.child.stdin.write(bytes);
    await setImmediate();
  }
  await run.out.reaches(pieces.reduce((sum, { length }) => sum + length, 0));
  return run.out.take();
}

const lineCount = (bytes: Buffer) => bytes.toString('latin1').replace(/\n$/, '').split('\n').length;

async function leaveAsTheyCame(streams: readonly Buffer[][]): Promise<void> {
  const run = monitor(testServer('echoes'));
  for (const pieces of streams) expect(await echoed(run, pieces)).toEqual(Buffer.concat(pieces));
  run.finish();
  expect(await run.status).toBe(0);
  expect(run.out.length).toBe(0);
  const lines = lineCount(Buffer.concat(streams.flat()));
  expect([messages(run.home, 'c2s').length, messages(run.home, 's2c').length]).toEqual([lines, lines]);
}

test(`${processes * streamsEach} random byte streams leave exactly as they came, each line on record once`, async () => {
  const streams = fc.array(stream, { minLength: streamsEach, maxLength: streamsEach });
  await fc.assert(fc.asyncProperty(streams, leaveAsTheyCame), { numRuns: processes, endOnFailure: true });
}, 60_000);

test.each([0, 1])(
  'one line of 100 MB passes both ways, with %i newlines at its end',
  async (newlines) => {
    const run = monitor(testServer('echoes'));
    const [sent, received] = [createHash('sha256'), createHash('sha256')];
    run.child.stdout.on('data', (chunk) => received.update(chunk));
    for (let n = 0; n < 1600; n += 1) {
      const chunk = Buffer.alloc(62_500, `${n} `);
      sent.update(chunk);
      if (!run.child.stdin.write(chunk)) await once(run.child.stdin, 'drain');
    }
    sent.update('\n'.repeat(newlines));
    run.finish('\n'.repeat(newlines));
    expect(await run.status).toBe(0);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
    for (const dir of ['c2s', 's2c'] as const) {
      expect(messages(run.home, dir)).toMatchObject([{ kind: 'opaque', bytes: 100_000_000, truncated: true }]);
    }
  },
  60_000,
);

test('a client that reads on slowly, long after the server has exited, gets everything', async () => {
  // As much as fits into the pipes on both sides of km, so that the server can exit while nobody reads.
  const script = `process.stdout.write(Buffer.alloc(400_000, 'abcdefg'), () => process.stderr.write('written'))`;
  const run = monitor([process.execPath, '-e', script]);
  const { stdout } = run.child;
  // The time itself is what is tested: each rest is longer than km waits for more output of a server that has exited.
  const rest = () => {
    stdout.pause();
    return setTimeout(400).then(() => stdout.resume());
  };
  stdout.on('data', rest);
  stdout.pause();
  await run.err.has('written');
  await rest();
  run.finish();
  expect(await run.status).toBe(0);
  expect(run.out.length).toBe(400_000);
});
