import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { torture } from '../../test/torture/torture.ts';

test('four writers that stall at random share a log that rotates and is compressed: each record is there once', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-torture-'));
  const { faults, dropped, segments, compressed } = await torture({
    folder,
    writers: 4,
    records: 3_000,
    rotateBytes: 200_000,
  });
  expect(faults).toEqual([]);
  expect(dropped).toBe(0);
  expect(segments).toBeGreaterThan(5);
  expect(compressed).toBeGreaterThan(0);
  rmSync(folder, { recursive: true });
}, 60_000);
