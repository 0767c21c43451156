import { expect, test } from 'vitest';
import { createEngine } from '../assess.ts';
import { files } from './files.ts';
import { sql } from './sql.ts';

const suggestionsFor = (key: string, text: string) => [
  ...new Set(
    createEngine({ detectors: [files, sql] })
      .assessText({ surface: 'tool_args', key, tool: key === 'sql' ? 'query' : 'read_file', text })
      .findings.map(({ suggestion }) => suggestion?.text),
  ),
];

test.each([
  ['../../../../../../reports/2026.csv', 'reports/2026.csv'],
  ['docs/../../../../../../plan.md', 'docs/plan.md'],
  ['..\\..\\..\\..\\..\\..\\plan.md', 'plan.md'],
])('%s is suggested without its steps upwards', (path, inside) => {
  expect(suggestionsFor('path', path)).toEqual([inside]);
});

test.each(['../../../../../../etc/shadow', '../../../../../../home/ann/.ssh/id_rsa', '..%2f..%2f..%2fplan.md'])(
  '%s has no safer form',
  (path) => {
    expect(suggestionsFor('path', path).filter((text) => text !== undefined)).toEqual([]);
  },
);

test.each([
  ['SELECT * FROM orders', 'SELECT * FROM orders LIMIT 1000'],
  [
    'select id, name from orders o join items i on i.o = o.id; -- all',
    'select id, name from orders o join items i on i.o = o.id LIMIT 1000; -- all',
  ],
])('%s is suggested with a limit', (query, bounded) => {
  expect(suggestionsFor('sql', query)).toEqual([bounded]);
});

test.each([
  'SELECT * FROM orders WHERE id = 1',
  'SELECT * FROM orders LIMIT 5',
  'SELECT count(*) FROM orders',
  'SELECT 1',
  'INSERT INTO a SELECT * FROM b',
])('%s is bounded as it is', (query) => {
  expect(suggestionsFor('sql', query)).toEqual([]);
});

test.each(['DELETE FROM orders', 'SELECT * FROM a; SELECT * FROM b'])('%s is not made smaller', (query) => {
  expect(suggestionsFor('sql', query).filter((text) => text !== undefined)).toEqual([]);
});
