import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/chain.ts';
import { runKm } from '../../test/run-km.ts';

test('a profile that cannot be written is told, and the traffic goes on', async () => {
  const file = path.join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const { status, out, err } = await runKm(['monitor', '--profile', '--', 'cat'], path.join(file, 'data'), 'x');
  expect({ status, out }).toEqual({ status: 0, out: 'x' });
  expect(err).toContain('The profile cannot be written');
});
