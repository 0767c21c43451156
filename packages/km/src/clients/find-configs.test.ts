import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/chain.ts';
import { clientTable, type Machine } from './client-table.ts';
import { expand } from './expand.ts';
import { findConfigs, projectConfigs } from './find-configs.ts';

const linux = (home: string): Machine => ({ platform: 'linux', home, project: path.join(home, 'work'), env: {} });

/** A placeholder as clients write it. */
const hole = (name: string) => `$\{${name}}`;

function write(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
}

test('files of the user are found, and those of the project when they are wanted', async () => {
  const home = temporaryFolder();
  write(path.join(home, '.cursor/mcp.json'), { mcpServers: { a: { command: 'a' } } });
  write(path.join(home, '.codex/config.toml'), '[mcp_servers.b]\ncommand = "b"\n');
  write(path.join(home, 'work/.mcp.json'), { mcpServers: { c: { command: 'c' } } });
  write(path.join(home, 'work/.continue/mcpServers/d.yaml'), 'mcpServers: [{ name: d, command: d }]');
  const names = async (project: boolean, clients?: readonly string[]) =>
    (await findConfigs(linux(home), { project, clients })).flatMap(({ servers }) => servers.map(({ name }) => name));
  expect(await names(false)).toEqual(['a', 'b']);
  expect(await names(true)).toEqual(['c', 'a', 'd', 'b']);
  expect(await names(true, ['codex', 'continue'])).toEqual(['d', 'b']);
  expect(await projectConfigs(path.join(home, 'work'))).toEqual(
    ['.mcp.json', '.continue/mcpServers/d.yaml'].map((name) => path.join(home, 'work', name)),
  );
});

test('a file that cannot be understood says why, and the others are read', async () => {
  const home = temporaryFolder();
  const broken = path.join(home, '.cursor/mcp.json');
  write(broken, '{ "mcpServers": ');
  mkdirSync(path.join(home, '.kiro/settings/mcp.json'), { recursive: true });
  write(path.join(home, '.junie/mcp/mcp.json'), { mcpServers: { a: { command: 'a' } } });
  const found = await findConfigs(linux(home), { project: false });
  expect(found.map(({ title, servers, fault }) => [title, servers.length, fault])).toEqual([
    ['Cursor', 0, `${broken}, line 1, column 17: a value is wanted.`],
    ['JetBrains Junie', 1, undefined],
    ['Kiro', 0, `${path.join(home, '.kiro/settings/mcp.json')} cannot be read: EISDIR.`],
  ]);
});

test.each(['linux', 'darwin', 'win32'] as const)(
  'every client has at least one file on %s, and none twice',
  (platform) => {
    const machine: Machine = { platform, home: '/home/x', project: '/p', env: {} };
    const files = clientTable.map((entry) => entry.user(machine));
    expect(files.filter((of) => of.length === 0)).toEqual([]);
    expect(new Set(files.flat()).size).toBe(files.flat().length);
  },
);

test('placeholders are filled from the environment, and what only the client knows is told', () => {
  const server = {
    kind: 'stdio',
    command: 'node',
    args: [`${hole('workspaceFolder')}/s`, hole('PORT:-80')],
    env: { T: hole('env:T') },
    cwd: hole('userHome'),
  } as const;
  const surroundings = { env: { T: 'token' }, home: '/home/x', project: '/p' };
  expect(expand(server, surroundings)).toEqual({
    ...server,
    args: ['/p/s', '80'],
    env: { T: 'token' },
    cwd: '/home/x',
  });
  expect(expand({ ...server, args: [hole('input:key')] }, surroundings)).toEqual({
    kind: 'open',
    placeholder: hole('input:key'),
  });
  expect(expand({ ...server, env: { T: hole('MISSING') } }, surroundings)).toEqual({
    kind: 'open',
    placeholder: hole('MISSING'),
  });
});
