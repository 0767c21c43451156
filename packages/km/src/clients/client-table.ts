import path from 'node:path';
import type { Section } from './read-servers.ts';

/** The machine on which clients are looked for. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** The working folder: clients also read files of the project that is open. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** An MCP client, and where it keeps the list of its servers. */
export interface ClientEntry {
  /** As `--client` takes it. */
  readonly id: string;
  readonly title: string;
  readonly sections: readonly Section[];
  /** Files of the user, for all projects. */
  user(machine: Machine): readonly string[];
  /** Files of one project, relative to its folder. A name that ends in `/` is a folder of files. */
  readonly project?: readonly string[];
}

const inHome =
  (...files: readonly string[]) =>
  ({ home }: Machine): string[] =>
    files.map((file) => path.join(home, file));

/** Where programs with a window keep their settings. */
function settingsFolder({ platform, home, env }: Machine): string {
  if (platform === 'darwin') return path.join(home, 'Library/Application Support');
  if (platform === 'win32') return env.APPDATA || path.join(home, 'AppData/Roaming');
  return env.XDG_CONFIG_HOME || path.join(home, '.config');
}

const inSettings =
  (...files: readonly string[]) =>
  (machine: Machine): string[] =>
    files.map((file) => path.join(settingsFolder(machine), file));

/** `~/.config` everywhere but on Windows. */
const inConfig =
  (file: string, windows = file) =>
  (machine: Machine): string[] =>
    machine.platform === 'win32'
      ? [path.join(settingsFolder(machine), windows)]
      : [path.join(machine.env.XDG_CONFIG_HOME || path.join(machine.home, '.config'), file)];

const mcpServers = ['mcpServers'];
const vsCodeExtension = (file: string) =>
  inSettings(`Code/User/globalStorage/${file}`, `Code - Insiders/User/globalStorage/${file}`);

/** Every client that km knows. */
export const clientTable: readonly ClientEntry[] = [
  {
    ...{ id: 'claude-desktop', title: 'Claude Desktop', sections: mcpServers },
    user: inSettings('Claude/claude_desktop_config.json'),
  },
  {
    ...{ id: 'claude-code', title: 'Claude Code', sections: mcpServers },
    user: (machine) => [path.join(machine.home, '.claude.json'), managedByAdministrator(machine)],
    project: ['.mcp.json'],
  },
  {
    ...{ id: 'cursor', title: 'Cursor', sections: mcpServers },
    user: inHome('.cursor/mcp.json'),
    project: ['.cursor/mcp.json'],
  },
  {
    ...{ id: 'vscode', title: 'VS Code', sections: ['servers'] },
    user: (machine) => [
      ...inSettings('Code/User/mcp.json', 'Code - Insiders/User/mcp.json')(machine),
      path.join(machine.home, '.vscode-server/data/User/mcp.json'),
    ],
    project: ['.vscode/mcp.json'],
  },
  {
    ...{ id: 'copilot-cli', title: 'Copilot CLI', sections: mcpServers },
    user: inHome('.copilot/mcp-config.json'),
  },
  {
    ...{ id: 'windsurf', title: 'Windsurf', sections: mcpServers },
    user: inHome('.codeium/windsurf/mcp_config.json', '.codeium/mcp_config.json'),
  },
  {
    ...{ id: 'zed', title: 'Zed', sections: ['context_servers'] },
    user: inConfig('zed/settings.json', 'Zed/settings.json'),
  },
  {
    ...{ id: 'continue', title: 'Continue', sections: mcpServers },
    user: inHome('.continue/config.yaml'),
    project: ['.continue/mcpServers/'],
  },
  {
    ...{ id: 'cline', title: 'Cline', sections: mcpServers },
    user: (machine) => [
      ...vsCodeExtension('saoudrizwan.claude-dev/settings/cline_mcp_settings.json')(machine),
      path.join(machine.home, '.cline/data/settings/cline_mcp_settings.json'),
    ],
  },
  {
    ...{ id: 'roo-code', title: 'Roo Code', sections: mcpServers },
    user: vsCodeExtension('rooveterinaryinc.roo-cline/settings/mcp_settings.json'),
  },
  {
    ...{ id: 'gemini-cli', title: 'Gemini CLI', sections: mcpServers },
    user: inHome('.gemini/settings.json'),
    project: ['.gemini/settings.json'],
  },
  {
    ...{ id: 'codex', title: 'Codex', sections: ['mcp_servers'] },
    user: ({ env, home }) => [path.join(env.CODEX_HOME || path.join(home, '.codex'), 'config.toml')],
    project: ['.codex/config.toml'],
  },
  {
    ...{ id: 'goose', title: 'Goose', sections: ['extensions'] },
    user: inConfig('goose/config.yaml', 'Block/goose/config/config.yaml'),
  },
  { ...{ id: 'lm-studio', title: 'LM Studio', sections: mcpServers }, user: inHome('.lmstudio/mcp.json') },
  {
    ...{ id: 'junie', title: 'JetBrains Junie', sections: mcpServers },
    user: inHome('.junie/mcp/mcp.json'),
    project: ['.junie/mcp/mcp.json'],
  },
  { ...{ id: 'opencode', title: 'OpenCode', sections: ['mcp'] }, user: inConfig('opencode/opencode.json') },
  { ...{ id: 'kiro', title: 'Kiro', sections: mcpServers }, user: inHome('.kiro/settings/mcp.json') },
  {
    ...{ id: 'antigravity', title: 'Antigravity', sections: mcpServers },
    user: inHome('.gemini/antigravity/mcp_config.json'),
  },
  { ...{ id: 'amp', title: 'Amp', sections: ['amp.mcpServers'] }, user: inConfig('amp/settings.json') },
  { ...{ id: 'trae', title: 'Trae', sections: mcpServers }, user: inSettings('Trae/User/mcp.json') },
  { ...{ id: 'mistral-vibe', title: 'Mistral Vibe', sections: ['mcp_servers'] }, user: inHome('.vibe/config.toml') },
  { ...{ id: 'kimi', title: 'Kimi', sections: mcpServers }, user: inHome('.kimi/mcp.json') },
  { ...{ id: 'factory', title: 'Factory', sections: mcpServers }, user: inHome('.factory/mcp.json') },
  {
    ...{ id: 'kilo-code', title: 'Kilo Code', sections: mcpServers },
    user: inHome('.kilocode/cli/global/settings/mcp_settings.json'),
    project: ['.kilocode/mcp.json'],
  },
];

function managedByAdministrator({ platform }: Machine): string {
  if (platform === 'darwin') return '/Library/Application Support/ClaudeCode/managed-mcp.json';
  if (platform === 'win32') return 'C:\\Program Files\\ClaudeCode\\managed-mcp.json';
  return '/etc/claude-code/managed-mcp.json';
}
