import { expect, test } from 'vitest';
import { compilePolicy, type PolicyOrigin, type RuleSet } from './compile-policy.ts';
import { composePolicy } from './compose-policy.ts';
import { policyInput } from './input.ts';
import type { PolicyInput } from './policy.ts';
import type { PresetSettings } from './preset.ts';

const settings: PresetSettings = { preset: 'balanced', threshold: 0.8, block_high_risk: true, transform: false };

function rules(text: string, { order = 'first-match', origin = 'user' as PolicyOrigin, head = '' } = {}): RuleSet {
  const compiled = compilePolicy(`version: 1\norder: ${order}\n${head}rules:\n${text}`, { origin });
  if (compiled.kind === 'problems') throw new Error(JSON.stringify(compiled.problems));
  return compiled.rules;
}

const line = (name: string, when: string, action: string, rest = '') =>
  `  - { name: ${name}, when: '${when}', action: ${action}${rest} }\n`;

function call(args: unknown, score = 0): PolicyInput {
  const at = { pointer: '', start: 0, end: 0 };
  const found = { rule: 'x.y', owasp: 'MCP05:2025', weight: score, reason: 'Looks bad.', evidence: '', at } as const;
  return policyInput({
    dir: 'c2s',
    rpc: { id: 1, method: 'tools/call', params: { name: 'query', arguments: args } },
    session: { name: 's', tags: {} },
    server: { name: 'db', command: 'db' },
    risk: { score, level: 'none', findings: score > 0 ? [found] : [], recommendation: 'allow' },
  });
}

const said = (user: RuleSet | undefined, input: PolicyInput, project?: RuleSet) => {
  const { action, rule } = composePolicy({ settings, user, tightening: project ? [project] : [] }).decide(input);
  return `${action} ${rule}`;
};

test('first-match: the first rule that fits decides, and tags on the way are kept', () => {
  const user = rules(
    line('note', 'true', 'tag', ', tags: [seen]') +
      line('reads', 'args.sql.startsWith("SELECT")', 'allow') +
      line('rest', 'true', 'block', ', tags: [stopped]'),
  );
  expect(composePolicy({ settings, user }).decide(call({ sql: 'SELECT 1' }, 0.9))).toEqual({
    ...{ action: 'tag', rule: 'reads', tags: ['seen'], failed: [] },
    reason: 'The rule "reads" of the policy says so.',
  });
  expect(composePolicy({ settings, user }).decide(call({}))).toMatchObject({
    ...{ action: 'block', rule: 'rest', tags: ['seen', 'stopped'] },
  });
});

test('most-severe: of all rules that fit the most severe decides, the first of equals', () => {
  const text =
    line('a', 'true', 'allow') + line('b', 'true', 'ask') + line('c', 'true', 'ask') + line('d', 'true', 'tag');
  expect(said(rules(text, { order: 'most-severe' }), call({}))).toBe('ask b');
  expect(said(rules(text), call({}))).toBe('allow a');
});

test('where no rule speaks the preset does, and a policy may choose another one', () => {
  const none = line('a', 'false', 'block');
  expect(said(rules(none), call({}, 0.9))).toBe('block preset');
  expect(said(rules(none, { head: 'preset: observe\n' }), call({}, 0.9))).toBe('tag preset');
  expect(said(rules(none, { head: 'preset: strict\n' }), call({}, 0.5))).toBe('ask preset');
});

test('a project only tightens: the more severe of both holds', () => {
  const user = rules(line('mine', 'has(args.ask)', 'ask') + line('free', 'has(args.free)', 'allow'));
  const project = rules(line('stop', 'has(args.stop)', 'block') + line('clean', 'true', 'redact'), {
    origin: 'project',
    head: 'preset: observe\non_failure: pass\n',
  });
  expect(said(user, call({ ask: 1 }), project)).toBe('ask mine');
  expect(said(user, call({ free: 1, stop: 1 }), project)).toBe('block project/stop');
  expect(said(user, call({ free: 1 }), project)).toBe('redact project/clean');
  expect(said(undefined, call({}, 0.9), project)).toBe('block preset');
  const strict = { ...settings, preset: 'strict' as const };
  expect(composePolicy({ settings: strict, tightening: [project] }).onFailure).toBe('block');
  expect(composePolicy({ settings: strict, tightening: [project] }).decide(call({}, 0.5)).action).toBe('ask');
});

test('a project may choose a stricter preset, and block what cannot be judged', () => {
  const project = rules(line('a', 'false', 'block'), { origin: 'project', head: 'preset: strict\n' });
  expect(composePolicy({ settings, tightening: [project] }).onFailure).toBe('block');
  expect(said(undefined, call({}, 0.5), project)).toBe('ask preset');
  const user = rules(line('a', 'false', 'block'), { head: 'on_failure: pass\n' });
  const careful = rules(line('a', 'false', 'block'), { origin: 'project', head: 'on_failure: block\n' });
  expect(composePolicy({ settings, user, tightening: [careful] }).onFailure).toBe('block');
  expect(composePolicy({ settings, user }).onFailure).toBe('pass');
});

test('a rule that cannot be evaluated is never silent, and its on_failure decides', () => {
  const decide = (rest: string, head = '') =>
    composePolicy({ settings, user: rules(line('a', 'args.sql.contains("DROP")', 'block', rest), { head }) }).decide(
      call({ sql: 7 }),
    );
  const failed = [{ rule: 'a', reason: expect.stringMatching(/no matching overload/) }];
  expect(decide('')).toMatchObject({ action: 'allow', rule: 'preset', failed });
  expect(decide(', on_failure: block')).toMatchObject({ action: 'block', rule: 'a', failed });
  expect(decide('', 'on_failure: block\n')).toMatchObject({ action: 'block', rule: 'a', failed });
  expect(decide('', 'preset: strict\n')).toMatchObject({ action: 'block', rule: 'a', failed });
  expect(decide(', on_failure: pass', 'on_failure: block\n')).toMatchObject({ action: 'allow', failed });
});

test('the strictness of a project holds for failures of its own rules only as it tightens', () => {
  const user = rules(line('mine', 'args.sql.contains("x")', 'ask'), { head: 'on_failure: pass\n' });
  const project = rules(line('a', 'false', 'block'), { origin: 'project', head: 'on_failure: block\n' });
  expect(said(user, call({ sql: 7 }), project)).toBe('allow preset');
  expect(
    said(
      undefined,
      call({ sql: 7 }),
      rules(line('t', 'args.sql.contains("x")', 'tag'), { origin: 'project', head: 'on_failure: block\n' }),
    ),
  ).toBe('block project/t');
});

const organisation = (head: string, text = '') =>
  rules(text === '' ? line('none', 'false', 'block') : text, { origin: 'organisation', head });
const decided = (user: RuleSet, tightening: RuleSet, input: PolicyInput, own: PresetSettings = settings) =>
  composePolicy({ settings: own, user, tightening: [tightening] }).decide(input).action;

test('what an organisation forbids no rule of the user allows', () => {
  const allow = rules(line('mine', 'true', 'allow'));
  expect(decided(allow, organisation('', line('theirs', 'true', 'block')), call({}))).toBe('block');
  expect(decided(allow, organisation('', line('theirs', 'true', 'allow')), call({}))).toBe('allow');
  const stop = rules(line('mine', 'true', 'block'));
  expect(decided(stop, organisation('', line('theirs', 'true', 'allow')), call({}))).toBe('block');
});

test('the preset of an organisation is a floor: neither rules nor settings of the user go below it', () => {
  const allow = rules(line('mine', 'true', 'allow'));
  const loose: PresetSettings = { preset: 'observe', threshold: 1, block_high_risk: false, transform: false };
  expect(decided(allow, organisation('preset: strict\n'), call({}, 0.5), loose)).toBe('ask');
  expect(decided(allow, organisation('preset: balanced\n'), call({}, 0.9), loose)).toBe('block');
  expect(decided(allow, organisation('preset: observe\n'), call({}, 0.9), loose)).toBe('allow');
  const lenient = rules(line('mine', 'true', 'allow'), { head: 'on_failure: pass\n' });
  const { onFailure } = composePolicy({ settings, user: lenient, tightening: [organisation('preset: strict\n')] });
  expect(onFailure).toBe('block');
});
