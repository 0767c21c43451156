import { combine } from '@kilometers/core/risk/combine.ts';
import { expect, test } from 'vitest';
import type { ClientConfig } from '../clients/find-configs.ts';
import type { ConfiguredServer } from '../clients/server.ts';
import type { Listing } from './list-server.ts';
import { reaches } from './report.ts';
import { scanText } from './report-text.ts';
import { type Scanning, scanServers } from './scan-servers.ts';

const program = (name: string, command = name, args: readonly string[] = []): ConfiguredServer => {
  return { name, disabled: false, kind: 'stdio', command, args, env: { TOKEN: 'hush-hush' }, cwd: undefined };
};
const configOf = (servers: readonly ConfiguredServer[], text = ''): ClientConfig => ({
  ...{ file: '/x/mcp.json', title: 'Cursor', text, servers },
});

const nothing = combine([]);
const finding = { rule: 'test.rule', owasp: 'MCP03:2025', weight: 0.85, reason: 'Bad.', evidence: 'bad' } as const;
const at = { pointer: '/result/tools/1/description', start: 0, end: 3 };
const bad = combine([{ ...finding, at }]);

const listing: Listing = {
  subjects: [
    { dir: 's2c', rpc: { result: { tools: [{ name: 'a' }, { name: 'b' }] } }, asked: { method: 'tools/list' } },
  ],
  counts: { tools: 2, prompts: 0, resources: 0, resourceTemplates: 0 },
  faults: [],
};

/** An engine that finds what it is told to. */
const engine = (assessment = nothing) => ({ assess: () => assessment, learn: () => {}, assessText: () => assessment });

const scanning = (parts: Partial<Scanning> = {}): Scanning => ({
  surroundings: { env: {}, home: '/home/x', project: '/p' },
  judgeLaunch: () => nothing,
  refuseFrom: 0.8,
  ask: async () => listing,
  nameOf: (command) => command,
  engineFor: () => engine(),
  ...parts,
});

const states = async (servers: readonly ConfiguredServer[], parts: Partial<Scanning> = {}) =>
  (await scanServers([configOf(servers)], scanning(parts))).servers.map(({ state }) =>
    'why' in state ? state.why : state.kind,
  );

test('only what is to be started and can be is', async () => {
  const asked: string[] = [];
  const servers: ConfiguredServer[] = [
    program('a'),
    { ...program('off'), disabled: true },
    { name: 'far', disabled: false, kind: 'remote', url: 'https://example.com' },
    { name: 'odd', disabled: false, kind: 'unclear' },
    program('needs', 'x', [`$\{input:key}`]),
    program('dead'),
  ];
  const ask = async ({ command }: { readonly command: string }) => {
    asked.push(command);
    return command === 'dead' ? 'It is dead.' : listing;
  };
  expect(await states(servers, { ask })).toEqual([
    'listed',
    'it is switched off',
    'servers with a URL are not asked',
    'the file names no command for it',
    `only the client knows what $\{input:key} is`,
    'It is dead.',
  ]);
  expect(asked).toEqual(['a', 'dead']);
});

test('a server whose command is dangerous is not started', async () => {
  const ask = () => Promise.reject(new Error('was started'));
  const judgeLaunch = () => bad;
  const found = await scanServers([configOf([program('evil')])], scanning({ ask, judgeLaunch }));
  expect(found.servers[0]).toMatchObject({ state: { kind: 'refused' }, items: [{ kind: 'launch', assessment: bad }] });
  expect(reaches(found, 'high')).toBe(true);
  expect(await states([program('evil')], { judgeLaunch, refuseFrom: Number.POSITIVE_INFINITY })).toEqual(['listed']);
});

test('one program is started once, however many clients have it, and without a km before it', async () => {
  const asked: string[] = [];
  const ask = async ({ command, args }: { readonly command: string; readonly args: readonly string[] }) => {
    asked.push([command, ...args].join(' '));
    return listing;
  };
  const behindKm = program('a', '/usr/bin/km', ['monitor', '--name', 'a', '--', 'node', 's.js']);
  await states([program('a', 'node', ['s.js']), program('b', 'node', ['s.js']), behindKm], { ask });
  expect(asked).toEqual(['node s.js']);
});

test('findings are told at the tool they stand in, at the line of the server, and no secret is', async () => {
  const found = await scanServers(
    [configOf([program('notes')], '{\n\n"notes": {}')],
    scanning({ engineFor: () => engine(bad) }),
  );
  expect(found.servers[0]).toMatchObject({
    line: 3,
    items: [{ kind: 'tool', name: 'b', assessment: { score: 0.85, findings: [{ at: { pointer: '/description' } }] } }],
  });
  expect(JSON.stringify(found)).not.toContain('hush-hush');
  expect(scanText(found, (text) => text)).toBe(`Cursor  /x/mcp.json
  notes  2 tools  high 0.85
    tool b  high 0.85
      0.85  test.rule  /description
            Bad. (MCP03 Tool Poisoning)
            “bad”

1 server: 1 with findings.
`);
  expect([reaches(found, 'high'), reaches(found, 'critical')]).toEqual([true, false]);
});

test('every server is judged by what all the others said, also by those that come later', async () => {
  const heard: string[] = [];
  const engineFor = ({ name }: { readonly name: string }) => ({
    ...engine(),
    assess: () => combine(heard.filter((other) => other !== name).map((other) => ({ ...finding, at, reason: other }))),
    learn: () => void heard.push(name),
  });
  const ask = async () => ({ ...listing });
  const { servers } = await scanServers([configOf([program('a'), program('b')])], scanning({ engineFor, ask }));
  const reasons = servers.map(({ items }) =>
    items.flatMap(({ assessment }) => assessment.findings.map(({ reason }) => reason)),
  );
  expect(reasons).toEqual([['b'], ['a']]);
});
