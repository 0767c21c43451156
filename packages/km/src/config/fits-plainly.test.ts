import * as v from 'valibot';
import { expect, test } from 'vitest';
import { fitsPlainly } from './fits-plainly.ts';
import { plainRules } from './plain-rules.ts';
import { settings } from './settings.ts';

const values = [-1, -0, 0, 0.01, 0.5, 1, 1.5, 512, 1023, 1024, 4096, 10_000, 10_001, 2_000_000, 2_000_001, 16_777_216];
const odd = [16_777_217, 2 ** 53, Number.NaN, Infinity, -Infinity, '', '1', 'free', 'info', 'strict', 'mark', 'none'];
const others = [true, false, 'true', null, undefined, [], ['free'], {}];

test('a plain rule takes exactly what its schema takes, as it is', () => {
  const keys = Object.keys(plainRules);
  expect(keys.length).toBeGreaterThan(15);
  for (const key of keys) {
    const schema = settings.get(key)?.schema as v.GenericSchema;
    for (const value of [...values, ...odd, ...others]) {
      const { success, output } = v.safeParse(schema, value);
      expect({ key, value, fits: fitsPlainly(plainRules[key], value) }).toEqual({ key, value, fits: success });
      if (success) expect(output).toBe(value);
    }
  }
});

test('what only the schema can tell is left to it', () => {
  for (const key of ['api_url', 'redact.keys', 'redact.patterns', 'webhooks'])
    expect(fitsPlainly(plainRules[key], settings.get(key)?.initial)).toBe(false);
});
