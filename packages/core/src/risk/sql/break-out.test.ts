import { expect, test } from 'vitest';
import { breaksOut } from './break-out.ts';

test.each([
  "7' OR '7'='7",
  "' or ''='",
  "ann'--",
  'ann" #',
  "ann' and mail notnull--",
  "x') RLIKE (SELECT 4)-- -",
  '4; DROP TABLE goods',
  '4 or 2=2',
  "ann'||(select 4)||'",
  "ann'; waitfor delay '0:0:4'--",
])('%s leaves the value it stands for', (text) => {
  expect(breaksOut(text)).toBeGreaterThanOrEqual(0.8);
});

test.each([
  "d'or et d'argent",
  "Siobhan O'Brien or her brother?",
  "'quoted' or 'not quoted'",
  "rock 'n' roll",
  `5' 10" tall`,
  "the students' union",
  'good -- really good -- stuff',
  '3 and 4',
  "say 'yes', 'no' or 'maybe'",
  `{"name":"Ann","note":"it's fine"}`,
])('%s stays what it is', (text) => {
  expect(breaksOut(text)).toBe(0);
});
