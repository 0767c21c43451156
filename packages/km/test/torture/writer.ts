/** One of many writers: appends numbered records to a shared log, in bursts with pauses of random length. */
import { setTimeout as pause } from 'node:timers/promises';
import { openLog } from '../../src/log/append.ts';

export interface WriterJob {
  readonly file: string;
  readonly run: string;
  readonly records: number;
  /** So many of the first records are dated two hours back. */
  readonly old: number;
  readonly maxSize: number;
}

const job = JSON.parse(process.argv[2] ?? '') as WriterJob; // Written by torture.ts.
const { file, run, records, old, maxSize } = job;
const limits = { maxSize, maxFiles: 1_000_000, maxAge: 0, maxMessage: 1_048_576 };
const onFault = (fault: string) => void process.stderr.write(`${fault}\n`);
// Some look seldom whether they still write to the current segment: that must be safe, if not tidy.
const pace = { maintainMs: 20, lookMs: 10 + Math.random() * 500 };
const log = openLog({ file, run, session: 'torture', server: 'none', ...limits, onFault }, pace);

for (let seq = 1; seq <= records; seq++) {
  const bytes = Buffer.from(`{"run":"${run}","n":${seq},"pad":"${'x'.repeat(Math.floor(Math.random() * 400))}"}`);
  const time = seq <= old ? Date.now() - 2 * 3_600_000 : Date.now();
  log.append({ kind: 'notification', time, seq, dir: 'c2s', bytes: bytes.length, body: { bytes, json: true } });
  // Now a trickle, whose writes go without a look, now a flood.
  const calm = Math.floor(seq / 500) % 2 === 0 ? 0.1 : 0.01;
  if (Math.random() < calm) await pause(Math.random() * 20);
  const pressure = log.pressure();
  if (pressure !== undefined) await pressure;
}
await log.close({ open: 0 });
process.stdout.write(`${JSON.stringify(log.counts)}\n`);
