/**
 * Many writers, one log: the large version of torture.test.ts.
 *
 *   npx tsx scripts/torture.ts --writers 10 --records 20000 --rotate 5MB
 *   npx tsx scripts/torture.ts --old 5000 --middle 'bin/km clear-logs --older-than 1h --log-file {}'
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { torture } from '../packages/km/test/torture/torture.ts';

const { values } = parseArgs({
  options: {
    writers: { type: 'string', default: '10' },
    records: { type: 'string', default: '20000' },
    rotate: { type: 'string', default: '5MB' },
    old: { type: 'string', default: '0' },
    middle: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function bytesOf(size: string): number {
  const match = /^(\d+)(KB|MB)?$/.exec(size);
  if (match === null) throw new Error(`--rotate takes a size such as 5MB, not ${size}.`);
  return Number(match[1]) * (match[2] === 'MB' ? 1_000_000 : match[2] === 'KB' ? 1_000 : 1);
}

if (values.help) {
  console.log(
    'torture.ts [--writers N] [--records N] [--rotate SIZE] [--old N] [--middle COMMAND]  ({} is the log file)',
  );
} else {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-torture-'));
  const { middle } = values;
  const began = performance.now();
  const { faults, ...figures } = await torture({
    folder,
    writers: Number(values.writers),
    records: Number(values.records),
    rotateBytes: bytesOf(values.rotate),
    old: Number(values.old),
    ...(middle !== undefined && {
      middle: async (file: string) => {
        spawnSync(middle.replaceAll('{}', file), { shell: true, stdio: 'inherit' });
      },
    }),
  });
  console.log({ ...figures, seconds: Math.round(performance.now() - began) / 1_000, faults: faults.length });
  for (const fault of faults.slice(0, 20)) console.log(fault);
  if (faults.length === 0) rmSync(folder, { recursive: true });
  else console.log(`kept: ${folder}`);
  process.exitCode = faults.length === 0 && figures.dropped === 0 ? 0 : 1;
}
