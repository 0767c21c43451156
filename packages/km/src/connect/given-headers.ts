import { validateHeaderName, validateHeaderValue } from 'node:http';
import { KmError } from '@kilometers/core/errors.ts';

/** What km says itself: a header of the user's would contradict it. */
const own = new Set([
  'accept',
  'connection',
  'content-length',
  'content-type',
  'host',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'transfer-encoding',
]);

/**
 * Headers from `--header 'Name: value'`. `${NAME}` in a value stands for a variable of the environment, so that a secret need
 * not be seen in the list of processes.
 *
 * @throws KmError `usage.bad-value`, which never repeats a value
 */
export function givenHeaders(
  given: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(given.map((text) => headerOf(text, env)));
}

function headerOf(text: string, env: Readonly<Record<string, string | undefined>>): [string, string] {
  const [, name = '', value] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/s.exec(text) ?? [];
  if (value === undefined) throw wrong("--header takes 'Name: value'; there was no colon.");
  const key = name.toLowerCase();
  if (own.has(key) || key.startsWith('mcp-param-')) throw wrong(`--header ${name}: km sets this header itself.`);
  const put = value.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, variable: string) => {
    const content = env[variable];
    if (content === undefined) throw wrong(`--header ${name}: the variable ${variable} is not set.`);
    return content;
  });
  try {
    validateHeaderName(name);
    validateHeaderValue(name, put);
  } catch {
    throw wrong(`--header ${name}: it has characters that a header cannot carry.`);
  }
  return [key, put];
}

function wrong(message: string): KmError {
  return new KmError('usage.bad-value', message);
}
