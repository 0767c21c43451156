/** Texts that break what puts them where they do not belong. Written for these tests; `marker` tells an injected header or table. */
export const marker = 'x-injected';

export const attackTexts: readonly string[] = [
  `'; drop table events; --`,
  `' or 1=1 --`,
  `$1`,
  `\\'; select pg_sleep(60); --`,
  `a\u0000b`,
  `%00`,
  `a\r\n${marker}: yes\r\n\r\n`,
  `a\n{"level":"error","message":"made up"}`,
  '\u202Eright to left',
  '\u2028line\u2029paragraph\u0085next',
  '\uD800 half of a pair',
  '\u{1F4A9}'.repeat(40),
  '__proto__',
  'constructor',
  'toString',
  '../../../../etc/passwd',
  '{{7*7}}<script>alert(1)</script>',
  '0',
  '-1',
  '1e400',
  '99999999999999999999',
  'NaN',
  '',
  ' ',
  '2026-99-99T99:99:99Z',
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:01Z',
  '9999-12-31T23:59:59Z',
  'https://[',
  'W10', // An empty list, as a cursor.
  'WyInOyBkcm9wIHRhYmxlIGV2ZW50czsgLS0iLCJ4Il0', // A cursor with SQL in it.
  'WyIyMDI2LTk5LTk5IiwiXHUwMDAwIl0', // A cursor with no date and a NUL.
  'x'.repeat(70_000),
];

/** What stands where a text was meant. */
export const otherValues: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.1,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[[]]],
  withPrototypeKey({}),
  nested(5_000),
];

/** As JSON writes it, `__proto__` is a member like any other. */
export function withPrototypeKey(value: object): object {
  const polluted = { polluted: 'yes', toString: 'yes' };
  return Object.fromEntries([
    ...Object.entries(value),
    ['__proto__', polluted],
    ['constructor', { prototype: polluted }],
  ]);
}

export function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
