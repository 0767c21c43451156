import { expect, test } from 'vitest';
import { serverIdentity } from './server-identity.ts';

const commandOf = (line: string): string => {
  const [command = '', ...args] = line.split(' ');
  return serverIdentity({ name: 'x', command, args }).command;
};

test.each([
  ['npx -y @scope/server-files@1.2.3 /home/me', 'npx -y @scope/server-files /home/me'],
  ['npx -y server-files@latest', 'npx -y server-files'],
  ['/usr/local/bin/node dist/server.js', 'node dist/server.js'],
  ['uvx mcp-server-git==2025.1.14 --repository .', 'uvx mcp-server-git --repository .'],
  ['docker run -i mcp/fetch:1.4', 'docker run -i mcp/fetch'],
  ['docker run -i mcp/fetch@sha256:00ff', 'docker run -i mcp/fetch'],
  ['server --api-key abc --port 80', 'server --api-key [secret] --port 80'],
  ['server --token=abc', 'server --token=[secret]'],
  ['docker run -e API_TOKEN=abc -e LANG=de image', 'docker run -e API_TOKEN=[secret] -e LANG=de image'],
  ['server user@example.org', 'server user@example.org'],
  ['server --port 8080', 'server --port 8080'],
])('%s is known as %s', (line, known) => {
  expect(commandOf(line)).toBe(known);
});

test('an address is known without credentials, query and fragment', () => {
  const identity = serverIdentity({ name: 'x', url: 'https://me:secret@Example.org/mcp?key=abc#top' });
  expect(identity.command).toBe('https://example.org/mcp');
});
