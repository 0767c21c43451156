import { expect, test } from 'vitest';
import { soak } from '../soak/soak.ts';
import { km, makeHome } from './start-km.ts';

test('50,000 lines of mixed traffic over a rotating log: nothing is lost and memory is bounded', async () => {
  const { samples, segments, complaints, ...result } = await soak({ km: [km], folder: makeHome(), messages: 50_000 });
  expect(result).toMatchObject({ status: 0, read: result.written, verify: { status: 0 } });
  expect(complaints).toEqual([]);
  expect(segments).toBeGreaterThan(1);
  expect(Math.max(0, ...samples.map(({ pss }) => pss))).toBeLessThan(400e6);
}, 120_000);
