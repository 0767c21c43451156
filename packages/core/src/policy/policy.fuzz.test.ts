import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePolicy, type PolicyOrigin, type RuleSet } from './compile-policy.ts';
import { composePolicy } from './compose-policy.ts';
import { policyInput } from './input.ts';
import { policyActions } from './policy.ts';
import { presets } from './preset.ts';

const conditions = [
  'true',
  'false',
  'has(args.a)',
  'args.a == "x"',
  'args.a.contains("x")',
  'rx(args.a, "^x+$")',
  'args.l.exists(i, i == args.a)',
  'risk.score > 0.5',
  'findings.all(f, f.weight < 0.9)',
];

function rulesOf(origin: PolicyOrigin): fc.Arbitrary<RuleSet> {
  const actions = policyActions.filter((action) => origin === 'user' || action !== 'allow');
  const rule = fc.record({
    when: fc.constantFrom(...conditions),
    action: fc.constantFrom(...actions),
    on_failure: fc.constantFrom('pass', 'block'),
  });
  const head = fc.record({
    order: fc.constantFrom('first-match', 'most-severe'),
    preset: fc.constantFrom(...presets),
    on_failure: fc.constantFrom('pass', 'block'),
    rules: fc.array(rule, { maxLength: 5 }),
  });
  return head.map(({ rules, ...rest }) => {
    const named = rules.map((one, index) => ({ ...one, name: `r${index}` }));
    // JSON is YAML.
    const compiled = compilePolicy(JSON.stringify({ version: 1, ...rest, rules: named }), { origin });
    if (compiled.kind === 'problems') throw new Error(JSON.stringify(compiled.problems));
    return compiled.rules;
  });
}

const input = fc
  .record({
    args: fc.anything({ maxDepth: 2 }),
    a: fc.oneof(fc.string(), fc.anything()),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ args, a, score }) => {
    const at = { pointer: '', start: 0, end: 0 };
    const finding = { rule: 'x.y', owasp: 'MCP05:2025', weight: score, reason: 'r', evidence: '', at } as const;
    return policyInput({
      dir: 'c2s',
      rpc: { id: 1, method: 'tools/call', params: { name: 't', arguments: a === undefined ? args : { a, l: [a] } } },
      session: { name: 's', tags: {} },
      server: { name: 'n', command: 'n' },
      risk: { score, level: 'none', findings: score > 0 ? [finding] : [], recommendation: 'allow' },
    });
  });

const settings = fc.record({
  preset: fc.constantFrom(...presets),
  threshold: fc.constantFrom(0.4, 0.8),
  block_high_risk: fc.boolean(),
  transform: fc.boolean(),
});

test('whatever a project writes, it never makes a decision milder', () => {
  const severity = (action: (typeof policyActions)[number]) => policyActions.indexOf(action);
  fc.assert(
    fc.property(
      settings,
      fc.option(rulesOf('user'), { nil: undefined }),
      rulesOf('project'),
      input,
      (chosen, user, project, message) => {
        const [alone, both] = [
          { settings: chosen, user },
          { settings: chosen, user, tightening: [project] },
        ].map(composePolicy);
        expect(severity(both?.decide(message).action ?? 'allow')).toBeGreaterThanOrEqual(
          severity(alone?.decide(message).action ?? 'block'),
        );
        if (alone?.onFailure === 'block') expect(both?.onFailure).toBe('block');
      },
    ),
    { numRuns: 200 },
  );
});

test('no text makes the compiler throw', () => {
  const text = [
    'version: 1\norder: first-match\nrules:\n  - name: a\n    when: args.a == "x"\n    action: block\n    tags: [b]\n',
    'tests:\n  - { name: t, message: { method: x }, expect: allow }\n',
  ].join('');
  const cut = fc.tuple(fc.nat(text.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 12 }));
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
      const broken = cuts.reduce((all, [at, length, put]) => all.slice(0, at) + put + all.slice(at + length), text);
      const compiled = compilePolicy(broken, { origin: 'user' });
      if (compiled.kind === 'ok') return;
      expect(compiled.problems.length).toBeGreaterThan(0);
      for (const { line, column, message } of compiled.problems) {
        expect([line >= 1, column >= 1, message.length > 0]).toEqual([true, true, true]);
        expect(line).toBeLessThanOrEqual(broken.split('\n').length);
      }
    }),
    { numRuns: 300 },
  );
});
