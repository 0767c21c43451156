import { expect, test } from 'vitest';
import { parsePs, usageFromPs } from './ps.ts';

const macos = `    1     0  9000   1:00.00
  100     1  2000   0:00.50
  101   100  3000 123:45.67
  102   101  4000   0:01.00
`;

test('a process counts with all that it started', () => {
  expect(usageFromPs(parsePs(macos), 100)).toEqual({ cpu_ms: 500 + 7_425_670 + 1000, rss: 9000 * 1024 });
});

test('times with hours and days are understood', () => {
  expect(parsePs('7 1 1 01:02:03\n8 1 1 2-01:02:03\n').map(({ cpuMs }) => cpuMs)).toEqual([3_723_000, 176_523_000]);
});

test('a process that is not there has no usage', () => {
  expect(usageFromPs(parsePs(macos), 555)).toBeUndefined();
});
