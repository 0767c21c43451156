import { expect, test } from 'vitest';
import { type CompileOptions, compilePolicy } from './compile-policy.ts';

function problems(text: string, origin: CompileOptions['origin'] = 'user'): readonly string[] {
  const compiled = compilePolicy(text, { origin, suggest: (word, known) => known.find((name) => name[0] === word[0]) });
  if (compiled.kind === 'ok') return [];
  return compiled.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const head = 'version: 1\norder: first-match\n';
const rule = (rest: string) => `${head}rules:\n  - name: a\n${rest}`;

test('each mistake in the shape is told with its place, what was found and what is wanted', () => {
  const text = [
    'version: 2',
    'oder: first-match',
    'rules:',
    '  - name: a',
    '    when: "true"',
    '    action: forbid',
    '    resaon: none',
    '  - name: [b]',
    '    when: "true"',
  ].join('\n');
  expect(problems(text)).toEqual([
    '1:1 `order` is missing; it wants one of first-match, most-severe',
    '1:10 `version` is 2; it wants 1',
    '2:1 there is no key `oder`; did you mean `order`?',
    '6:13 `rules[1].action` is "forbid"; it wants one of allow, tag, redact, transform, ask, block',
    '7:5 there is no key `resaon`; did you mean `reason`?',
    '8:5 `rules[2].action` is missing; it wants one of allow, tag, redact, transform, ask, block',
    '8:11 `rules[2].name` is ["b"]; it wants a name',
  ]);
});

test('a text that is no YAML, an empty one and a list have no rules', () => {
  expect(problems('rules: [\n')[0]).toMatch(/^2:1 /);
  expect(problems('a: 1\na: 2\n')[0]).toBe('2:1 Map keys must be unique');
  expect(problems('')).toEqual(['1:1 the file is null; it wants an object with version, order and rules']);
  expect(problems('- a')).toEqual(['1:1 the file is null; it wants an object with version, order and rules']);
});

test.each([
  ['a plain text', '    when: method == "a" && mehtod == "b"\n', '5:28'],
  ['a quoted text', '    when: \'method == "a" && mehtod == "b"\'\n', '5:29'],
  ['a block', '    when: |\n      method == "a" &&\n      mehtod == "b"\n', '7:7'],
  ['a folded block', '    when: >-\n      method == "a" &&\n      mehtod == "b"\n', '7:7'],
  ['a text with escapes, where it begins', '    when: "method == \\"a\\" && mehtod == \\"b\\""\n', '5:11'],
])('a mistake inside a condition has its place: in %s', (_, when, place) => {
  expect(problems(rule(`${when}    action: block\n`))).toEqual([`${place} unknown variable: mehtod`]);
});

test('all conditions are looked at, and two rules of one name are refused', () => {
  const text = `${rule('    when: method ==\n    action: block\n')}  - name: a\n    when: rx(method, "(")\n    action: ask\n`;
  expect(problems(text)).toEqual([
    '5:20 unexpected token: EOF',
    '7:11 the name `a` is taken; each rule wants one of its own',
    expect.stringMatching(/^8:22 missing closing \)/),
  ]);
});

test('a project may not allow', () => {
  const text = rule('    when: "true"\n    action: allow\n');
  expect(problems(text)).toEqual([]);
  expect(problems(text, 'project')).toEqual([
    expect.stringMatching(/^6:13 `allow` is not for the policy of a project/),
  ]);
});

test('what could fill the memory is refused', () => {
  const rules = Array.from({ length: 1_001 }, (_, index) => `  - {name: r${index}, when: "true", action: tag}\n`);
  expect(problems(`${head}rules:\n${rules.join('')}`)[0]).toMatch(/1,000 rules at most$/);
  expect(problems('#'.repeat(1_048_577))).toEqual(['1:1 a policy file has 1 MiB at most']);
  const bomb = `a: &a [x, x]\nb: &b [${'*a, '.repeat(40)}]\nc: [${'*b, '.repeat(40)}]\n`;
  expect(problems(bomb)).toEqual(['1:1 more than 100 aliases are in it; write the values out']);
});
