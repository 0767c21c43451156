import { expect, test } from 'vitest';
import { givenHeaders } from './given-headers.ts';

const variable = (name: string) => `\${${name}}`;

test('a value may name variables of the environment', () => {
  const env = { TOKEN: 'hunter2' };
  expect(givenHeaders([`Authorization: Bearer ${variable('TOKEN')}`, 'X-Team:  web '], env)).toEqual({
    authorization: 'Bearer hunter2',
    'x-team': 'web',
  });
  expect(() => givenHeaders([`X-Key: ${variable('NOTHING')}`], env)).toThrow('the variable NOTHING is not set');
});

test.each(['no colon', ': nameless', 'X Y: value'])('"%s" is no header', (text) => {
  expect(() => givenHeaders([text], {})).toThrow('--header');
});

test('a value that a header cannot carry is refused, and not repeated', () => {
  expect(() => givenHeaders(['X-Key: hunter2\r\nHost: evil'], {})).toThrow(/^(?!.*hunter2)/);
});

test.each(['Mcp-Session-Id', 'Content-Length', 'mcp-param-x', 'Host'])('%s is set by km alone', (name) => {
  expect(() => givenHeaders([`${name}: 1`], {})).toThrow('km sets this header itself');
});
