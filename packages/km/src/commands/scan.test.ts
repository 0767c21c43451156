import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/chain.ts';
import { runKm } from '../../test/run-km.ts';

const servers = fileURLToPath(new URL('../../../../test/servers/', import.meta.url));
const server = (name: string, ...args: string[]) => ({
  command: process.execPath,
  args: [`${servers}${name}.mjs`, ...args],
});

function configOf(mcpServers: object): string {
  const file = path.join(temporaryFolder(), 'mcp.json');
  writeFileSync(file, JSON.stringify({ mcpServers }));
  return file;
}

test('servers are started and listed; one that does not answer is told and stops nothing', async () => {
  const file = configOf({
    modern: { ...server('modern'), env: { TOKEN: 'hush-hush' } },
    silent: server('never-answers'),
    dead: server('exits-at-once', '3'),
    lost: { command: 'no-such-program-here' },
    far: { url: 'https://example.com/mcp' },
  });
  const sarif = path.join(path.dirname(file), 'km.sarif');
  const { status, out } = await runKm(['scan', '--config', file, '--json', '--timeout', '3', '--sarif', sarif]);
  const { servers: found } = JSON.parse(out) as { servers: { name: string; state: Record<string, unknown> }[] };
  expect(status).toBe(0);
  expect(
    found.map(({ name, state }) => [name, state.kind, state.why ?? (state.counts as { tools: number }).tools]),
  ).toEqual([
    ['modern', 'listed', 3],
    ['silent', 'failed', 'The server has not answered within 3 s. It said: read'],
    ['dead', 'failed', 'The server ended before it had answered.'],
    ['lost', 'failed', 'The program no-such-program-here was not found.'],
    ['far', 'skipped', 'servers with a URL are not asked'],
  ]);
  const written = readFileSync(sarif, 'utf8');
  expect(JSON.parse(written)).toMatchObject({ version: '2.1.0' });
  expect(out + written).not.toContain('hush-hush');
});

test('a machine without clients is told so, in words', async () => {
  expect(await runKm(['scan'])).toMatchObject({ status: 0, out: 'No configured MCP server was found.\n' });
});

test.each([
  [['--client', 'netscape'], /^--client takes claude-desktop, /],
  [['--fail-on', 'none'], /^--fail-on takes low, medium, high, critical; got "none"/],
  [['--timeout', '0'], /^--timeout takes seconds/],
  [['--config', 'none.json'], /^There is no file .*none\.json/],
])('%j makes no sense and is refused', async (args, message) => {
  const { status, err } = await runKm(['scan', ...args]);
  expect(status).toBe(2);
  expect(JSON.parse(err).message).toMatch(message);
});
