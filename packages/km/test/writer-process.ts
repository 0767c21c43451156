/**
 * Writes numbered messages into a log, with pauses, as a km of its own would: `FILE RUN COUNT MAX_SIZE`.
 * Prints an empty line halfway, waits until it is told to go on by a word or the end of its input, and prints at the end
 * when each message arrived, as a JSON list.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { openLog } from '../src/log/append.ts';

const [file = '', run = '', count = '0', maxSize = '0'] = process.argv.slice(2);
const log = openLog({
  ...{ file, run, session: run, server: 'files', maxSize: Number(maxSize), maxFiles: 1_000, maxAge: 0 },
  maxMessage: 1 << 20,
  onFault: (message) => void process.stderr.write(`${message}\n`),
});
const times: number[] = [];
for (let seq = 1; seq <= Number(count); seq++) {
  const bytes = Buffer.from(`{"jsonrpc":"2.0","method":"n","params":{"seq":${seq},"text":"${'x'.repeat(200)}"}}`);
  const time = Date.now();
  times.push(time);
  log.append({
    kind: 'notification',
    time,
    seq,
    dir: 's2c',
    method: 'n',
    bytes: bytes.length,
    body: { bytes, json: true },
  });
  if (seq % 100 === 0) {
    await pause(Math.random() * 20);
    await log.pressure();
  }
  if (seq === Number(count) / 2) await toldToGoOn();
}
await log.close({ open: 0, exit: 0 });
process.stdout.write(JSON.stringify(times));

async function toldToGoOn(): Promise<void> {
  process.stdout.write('\n');
  await new Promise((resolve) => process.stdin.once('data', resolve).once('end', resolve));
  process.stdin.destroy();
}
