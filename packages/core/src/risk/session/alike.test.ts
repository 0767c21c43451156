import { expect, test } from 'vitest';
import { likeness, NameIndex, nameOf } from './alike.ts';

const like = (a: string, b: string) => likeness(nameOf(a), nameOf(b));

test.each([
  ['read_note', 'read_note', 'same'],
  ['readNote', 'read-note', 'spelling'],
  ['READ_NOTE', 'read note', 'spelling'],
  ['read_notes', 'read_note', 'number'],
  ['list_query', 'list_queries', 'number'],
  ['fetch_branch', 'fetch_branches', 'number'],
  ['filesystem', 'fi1esystem', 'look'],
  ['open_door', 'open_d0or', 'look'],
  ['modern_form', 'modem_form', 'look'],
  ['merge_request', 'm\u0435rge_request', 'look'],
  ['merge_request', 'merge\u200b_request', 'look'],
  ['merge_request', '\uff4derge_request', 'look'],
  ['repository', 'repositori', 'slip'],
  ['create_branch', 'create_brunch', 'slip'],
  ['create_branch', 'create_rbanch', 'slip'],
  ['search', 'esarch', 'slip'],
])('%s and %s are alike: %s', (a, b, expected) => {
  expect([like(a, b), like(b, a)]).toEqual([expected, expected]);
});

test.each([
  ['get_page', 'set_page'],
  ['send', 'sent'],
  ['version1', 'version2'],
  ['create_branch', 'create_report'],
  ['create_branch', 'delete_branch'],
  ['branch', 'branch_out'],
  ['', 'a'],
  ['start_server', 'stop_server'],
  ['read_note', 'note_read'],
  ['abcdefgh', 'abdcefhg'],
])('%s and %s are not', (a, b) => {
  expect([like(a, b), like(b, a)]).toEqual([undefined, undefined]);
});

test('an index finds just what comparing each with each does', () => {
  const words = [
    'create',
    'branch',
    'brunch',
    'branches',
    'cretae',
    'b1anch',
    'blanch',
    'issue',
    'issues',
    'repository',
    'repositary',
    'xepository',
  ];
  const texts = words.flatMap((one) => [one, ...words.map((other) => `${one}_${other}`), `${one}Get`, one.slice(1)]);
  const names = texts.map(nameOf);
  const index = new NameIndex(names.map((name) => ({ name, value: name.text })));
  for (const name of names) {
    const all = names.filter((other) => likeness(name, other) !== undefined).map(({ text }) => text);
    expect(new Set(index.like(name).map(({ value }) => value))).toEqual(new Set(all));
  }
});
