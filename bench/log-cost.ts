/**
 * What one record costs, in microseconds of CPU: from append to the completed write, and the parts of it.
 * Run with Node (`npx tsx bench/log-cost.ts`) or Bun (`bun bench/log-cost.ts`). CPU time, not wall time: other work on
 * the machine disturbs it little.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRedactor } from '../packages/core/src/redact.ts';
import { openLog } from '../packages/km/src/log/append.ts';
import { createEncoder } from '../packages/km/src/log/encode.ts';
import type { Entry } from '../packages/km/src/log/entry.ts';
import { sha256 } from '../packages/km/src/log/sha256.ts';

const records = 100_000;
const rounds = 7;
const inFlight = 500;
const options = {
  run: '01932f1e-7c1b-7000-8000-00000a1b2c3d',
  session: '01932f1e-7c1b-7000-8000-00000a1b2c3d',
  server: 'server-filesystem',
  maxSize: 1e9,
  maxFiles: 16,
  maxAge: 0,
  maxMessage: 1_048_576,
  onFault: (message: string) => console.error(message),
};

/** A line of about 1 KB such as a tool answers with. */
function line(): Uint8Array {
  const text =
    'Reads src/main.ts and calls https://example.org/a?b=c for 550e8400-e29b-41d4-a716-446655440000; see docs. ';
  const result = { content: [{ type: 'text', text: text.repeat(8) }], isError: false };
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 17, result, _meta: { progressToken: 'abc' } }));
}

function draft(seq: number, bytes: Uint8Array): Entry {
  return {
    kind: 'response',
    time: 1_763_847_000_000 + (seq >> 5),
    seq,
    dir: 's2c',
    method: 'tools/call',
    tool: 'read_text_file',
    id: seq,
    call: seq,
    bytes: bytes.length,
    ms: 1.2345,
    status: 'ok',
    outcome: 'forwarded',
    body: { bytes, json: true },
  };
}

async function cost(name: string, work: () => void | Promise<void>): Promise<void> {
  const figures: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    figures.push((user + system) / records);
  }
  figures.sort((a, b) => a - b);
  console.log(`${name.padEnd(28)} ${figures.map((figure) => figure.toFixed(2)).join('  ')}`);
}

async function append(file: string, bytes: Uint8Array): Promise<void> {
  rmSync(file, { force: true });
  const log = openLog({ ...options, file });
  for (let seq = 1; seq <= records; seq++) {
    log.append(draft(seq, bytes));
    // As traffic does: chunk by chunk, with turns of the loop between them.
    if (seq % inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
    const pressure = log.pressure();
    if (pressure !== undefined) await pressure;
  }
  await log.close({ open: 0 });
  if (log.counts.dropped > 0) throw new Error(`${log.counts.dropped} records were dropped.`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-log-cost-'));
  const bytes = line();
  const redactor = createRedactor();
  const encoder = createEncoder(options, redactor);
  console.log(
    `${process.versions.bun ? `Bun ${process.versions.bun}` : `Node ${process.version}`}, ${bytes.length} bytes`,
  );
  const each = (work: (seq: number) => void) => () => {
    for (let seq = 0; seq < records; seq++) work(seq);
  };
  await cost(
    'prefilter',
    each(() => void redactor.mayBytes(bytes)),
  );
  await cost(
    'hash',
    each(() => void sha256(bytes)),
  );
  await cost(
    'encode, prefilter and hash',
    each((seq) => {
      encoder.add(draft(seq, bytes));
      if (seq % 200 === 199) encoder.settle(encoder.length);
    }),
  );
  await cost('append to written', () => append(path.join(folder, 'mcp_proxy.log'), bytes));
  rmSync(folder, { recursive: true, force: true });
}

await main();
