import { describe, expect, test } from 'vitest';
import { extentOf } from './budget.ts';
import { ExpressionCompiler, type Said } from './expression.ts';

const nothing = { method: 'tools/call', kind: 'request', dir: 'c2s', message: {}, args: {}, tool: {}, findings: [] };

function say(text: string, values: Record<string, unknown> = {}): Said {
  const compiled = new ExpressionCompiler().compile(text);
  if (compiled.kind === 'problem') throw new Error(`${compiled.at}: ${compiled.message}`);
  const scope = { ...nothing, ...values };
  return compiled.test({ values: scope, extent: () => extentOf(scope) });
}

function problem(text: string): string {
  const compiled = new ExpressionCompiler().compile(text);
  return compiled.kind === 'problem' ? `${compiled.at}: ${compiled.message}` : 'none';
}

test('a rule reads like the message', () => {
  const args = { sql: 'DROP TABLE x', limit: 10, paths: ['/a', '/etc/passwd'] };
  expect(say('tool.name == "query" && args.sql.contains("DROP")', { tool: { name: 'query' }, args })).toBe(true);
  expect(say('args.limit > 5', { args })).toBe(true);
  expect(say('args.paths.exists(p, under(p, "/etc"))', { args })).toBe(true);
  expect(say('risk.score >= 0.5 && risk.level == "high"', { risk: { score: 0.7, level: 'high' } })).toBe(true);
  expect(say('findings.exists(f, f.rule.startsWith("secrets."))', { findings: [{ rule: 'secrets.aws' }] })).toBe(true);
});

test('what a message does not have, a rule does not speak of', () => {
  for (const text of [
    'args.sql == "x"',
    'args.sql != "x"',
    '!(args.sql == "x")',
    'args.a.b.c == 1',
    'args.l[3] == 1',
  ]) {
    expect([text, say(text, { args: { l: [] } })]).toEqual([text, false]);
  }
  expect(say('tool.name != "x"')).toBe(false);
  expect(say('has(args.sql)')).toBe(false);
  expect(say('!has(args.sql) || args.sql == "x"')).toBe(true);
});

test('a member that only a branch needs may be missing', () => {
  expect(say('has(args.a) && args.a == 1 || method == "tools/call"')).toBe(true);
  expect(say('args.a == 1 || method == "tools/call"')).toBe(true);
  expect(say('has(args.a) ? args.a == 1 : true')).toBe(true);
  expect(say('!(has(args.a) && args.a == 1)')).toBe(true);
  expect(say('[1].exists(x, has(args.a) && args.a == x) || true')).toBe(true);
  expect(say('[{"b": 1}].exists(args, args.b == 1)')).toBe(true);
});

test('a member of another type than the rule expects is a failure, not a no', () => {
  expect(say('args.sql.contains("DROP")', { args: { sql: ['DROP TABLE x'] } })).toEqual({
    failed: expect.stringMatching(/no matching overload/),
  });
  expect(say('args.on', { args: { on: 'yes' } })).toEqual({ failed: 'its condition gave neither true nor false' });
});

test('neither prototypes nor constructors can be reached', () => {
  expect(say('has(args.constructor)')).toBe(false);
  expect(say('args.constructor.name == "Object"')).toBe(false);
  expect(say('args["__proto__"].x == 1')).toBe(false);
});

describe('what is wrong is found when the rule is read, with its place', () => {
  test.each([
    ['method ==', '9: unexpected token: EOF'],
    ['mehtod == "x"', '0: unknown variable: mehtod'],
    ['method == 3', '0: no such overload: string == int'],
    ['tool.nmae == "x"', '5: no such key: nmae'],
    ['method', '0: gives string; a condition gives true or false'],
    ['true && method.matches("(?=x)")', '23: invalid or unsupported Perl syntax: `(?=`; patterns are those of RE2'],
    ['method.matches(args.re)', '15: the pattern of `matches` has to be a text written here'],
    ['rx(method, "(")', '11: missing closing ): `(`'],
    ['cel.bind(x, method, x == "a")', '0: `cel.bind` is not available'],
    ['method.matches(/* matches */ "a")', '15: unexpected'],
    ['method.matches(// matches\n "a")', '6: a comment may not stand in a call of `matches`'],
    [
      'args.a.exists(a, a.exists(b, b.exists(c, c.exists(d, d == 1))))',
      '41: loops stand 4 deep in each other; 3 are the most',
    ],
  ])('%s', (text, wanted) => {
    expect(problem(text).slice(0, wanted.length)).toBe(wanted);
  });
});

test('an expression has a bounded size', () => {
  expect(problem(`true ${'|| true '.repeat(600)}`)).toBe('0: exceeded maxAstNodes (500)');
});

test('a pattern that drives a backtracking engine to explode is read in linear time', () => {
  const args = { path: `${'a'.repeat(100_000)}b` };
  expect(say('args.path.matches("^(a+)+$")', { args })).toBe(false);
  expect(say('("" + args.path).matches("^(a+)+b$") && rx(args.path, "a{5}b")', { args })).toBe(true);
});

test('loops and patterns over a huge message fail instead of holding it up', () => {
  const items = Array.from({ length: 2_000 }, (_, index) => index);
  const loop = 'args.a.exists(x, args.a.exists(y, args.a.exists(z, x + y + z == 0.5)))';
  expect(say(loop, { args: { a: items } })).toEqual({ failed: expect.stringMatching(/loops would take too long/) });
  expect(say('args.a.exists(x, x == 1999)', { args: { a: items } })).toBe(true);
  expect(say('args.t.split("").size() == 3', { args: { t: 'x'.repeat(1_000_000) } })).toEqual({
    failed: expect.stringMatching(/too long/),
  });
  expect(say('args.t.matches("b$")', { args: { t: 'a'.repeat(2_000_000) } })).toEqual({
    failed: expect.stringMatching(/more than a million characters/),
  });
});

test('under resolves dots, and knows nothing of the disk', () => {
  const under = (path: string, folder: string) => say(`under("${path}", "${folder}")`);
  expect(under('/code/a/b', '/code')).toBe(true);
  expect(under('/code', '/code/')).toBe(true);
  expect(under('/code/../etc/passwd', '/code')).toBe(false);
  expect(under('/codeshop', '/code')).toBe(false);
  expect(under('a/./b/../c', 'a')).toBe(true);
  expect(under('../a', 'a')).toBe(false);
  expect(under('../a', '.')).toBe(false);
  expect(under('a/b', '.')).toBe(true);
  expect(under('~/.ssh/id_rsa', '~')).toBe(true);
  expect(under('~/../x', '~')).toBe(false);
  expect(under('C:\\\\Users\\\\a', 'c:/Users')).toBe(true);
  expect(under('/a', 'a')).toBe(false);
});

test('globs stay within a folder unless they say otherwise', () => {
  const glob = (path: string, pattern: string) => say(`glob("${path}", "${pattern}")`);
  expect(glob('src/a.ts', 'src/*.ts')).toBe(true);
  expect(glob('src/b/a.ts', 'src/*.ts')).toBe(false);
  expect(glob('src/b/a.ts', 'src/**/*.ts')).toBe(true);
  expect(glob('src/a.ts', 'src/**/*.ts')).toBe(true);
  expect(glob('/x/.env', '**/.env')).toBe(true);
  expect(glob('/x/.env.example', '**/.env')).toBe(false);
  expect(glob('a+b', 'a+?')).toBe(true);
});

test('host gives the name that a client would connect to', () => {
  expect(say('host("https://user@EXAMPLE.com.:8443/x") == "example.com"')).toBe(true);
  expect(say('host("http://0x7f.1/") == "127.0.0.1"')).toBe(true);
  expect(say('host("no url") == ""')).toBe(true);
  expect(say('lower("ÄB") == "äb"')).toBe(true);
});
