import { expect, test } from 'vitest';
import { parseConfig } from './parse-config.ts';
import { readServers } from './read-servers.ts';

const program = { kind: 'stdio', command: 'node', args: ['s.js'], env: { KEY: 'x' }, cwd: undefined } as const;
const files = { name: 'files', disabled: false, ...program };
const remote = { name: 'far', disabled: false, kind: 'remote', url: 'https://example.com/mcp' } as const;

const entry = { command: 'node', args: ['s.js'], env: { KEY: 'x' } };
const url = 'https://example.com/mcp';

/** One file a client, written as that client writes it. */
const clients: readonly (readonly [string, string, string, string])[] = [
  ['Claude Desktop', 'mcpServers', 'a.json', JSON.stringify({ mcpServers: { files: entry, far: { url } } })],
  [
    'Claude Code',
    'mcpServers',
    'a.json',
    JSON.stringify({ mcpServers: { files: { type: 'stdio', ...entry }, far: { type: 'http', url } } }),
  ],
  [
    'VS Code',
    'servers',
    'a.json',
    `{ // mine\n "inputs": [], "servers": ${JSON.stringify({ files: entry, far: { type: 'sse', url } })}, }`,
  ],
  ['Windsurf', 'mcpServers', 'a.json', JSON.stringify({ mcpServers: { files: entry, far: { serverUrl: url } } })],
  [
    'Zed',
    'context_servers',
    'a.json',
    `{ "theme": "One", "context_servers": ${JSON.stringify({ files: { source: 'custom', ...entry }, far: { url } })} }`,
  ],
  [
    'Zed before 2026',
    'context_servers',
    'a.json',
    JSON.stringify({
      context_servers: { files: { command: { path: 'node', args: ['s.js'], env: { KEY: 'x' } } }, far: { url } },
    }),
  ],
  [
    'Gemini CLI',
    'mcpServers',
    'a.json',
    JSON.stringify({ mcpServers: { files: { ...entry, trust: true }, far: { httpUrl: url } } }),
  ],
  [
    'OpenCode',
    'mcp',
    'a.json',
    JSON.stringify({
      mcp: {
        files: { type: 'local', command: ['node', 's.js'], environment: { KEY: 'x' } },
        far: { type: 'remote', url },
      },
    }),
  ],
  ['Amp', 'amp.mcpServers', 'a.json', JSON.stringify({ 'amp.mcpServers': { files: entry, far: { url } } })],
  [
    'Codex',
    'mcp_servers',
    'a.toml',
    `model = "x"\n[mcp_servers.files]\ncommand = "node"\nargs = ["s.js"]\nenv = { KEY = "x" }\n[mcp_servers.far]\nurl = "${url}"\n`,
  ],
  [
    'Mistral Vibe',
    'mcp_servers',
    'a.toml',
    `[[mcp_servers]]\nname = "files"\ntransport = "stdio"\ncommand = "node"\nargs = ["s.js"]\nenv = { KEY = "x" }\n[[mcp_servers]]\nname = "far"\ntransport = "streamable-http"\nurl = "${url}"\n`,
  ],
  [
    'Continue',
    'mcpServers',
    'a.yaml',
    `models: []\nmcpServers:\n  - name: files\n    command: node\n    args: [s.js]\n    env: { KEY: x }\n  - { name: far, type: sse, url: "${url}" }\n`,
  ],
  [
    'Goose',
    'extensions',
    'a.yaml',
    `extensions:\n  files:\n    type: stdio\n    cmd: node\n    args: [s.js]\n    envs: { KEY: x }\n  far: { type: sse, uri: "${url}" }\n`,
  ],
];

test.each(clients)('the servers of %s are read', (_, section, file, text) => {
  expect(readServers(parseConfig(file, text), [section])).toEqual([files, remote]);
  expect(readServers(parseConfig(file, text))).toEqual([files, remote]);
});

test('the servers of a folder, in the user file of Claude Code, are read', () => {
  expect(readServers({ mcpServers: {}, projects: { '/a': { mcpServers: { files: entry } }, '/b': {} } })).toEqual([
    files,
  ]);
});

test('a server that is switched off says so', () => {
  const config = {
    mcpServers: { a: { ...entry, disabled: true }, b: { ...entry, enabled: false }, c: { enabled: true, ...entry } },
  };
  expect(readServers(config).map(({ disabled }) => disabled)).toEqual([true, true, false]);
});

test('what is no server yields none, and an entry without a program or an address is unclear', () => {
  const odd = [null, 3, 'x', [], {}, { mcpServers: 3 }, { mcpServers: { a: 3 } }, { servers: { web: { port: 1 } } }];
  expect(odd.flatMap((config) => readServers(config))).toEqual([]);
  expect(readServers({ extensions: { dev: { type: 'builtin' } } })).toEqual([
    { name: 'dev', disabled: false, kind: 'unclear' },
  ]);
});

test('numbers and switches of YAML and TOML reach the program as text', () => {
  const [server] = readServers({ mcpServers: { a: { command: 'x', args: [1, true, null], env: { PORT: 80 } } } });
  expect(server).toMatchObject({ args: ['1', 'true'], env: { PORT: '80' } });
});

test.each(['a.json', 'a.toml', 'a.yaml'])('a mistake in %s is told with its line and without its text', (file) => {
  const parse = () => parseConfig(file, '{}\n[[[ token = : s3cret "');
  expect(parse).toThrow(new RegExp(`^${file}, line [12], column \\d+: `));
  expect(parse).not.toThrow(/s3cret/);
});
