import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import { createEngine } from '@kilometers/core/risk/assess.ts';
import { type RiskLevel, riskLevels } from '@kilometers/core/risk/finding.ts';
import { assessLaunch } from '@kilometers/core/risk/launch.ts';
import { loadModel } from '@kilometers/core/risk/model/load-model.ts';
import { clientTable } from '../clients/client-table.ts';
import { type ClientConfig, findConfigs, projectConfigs, readConfig } from '../clients/find-configs.ts';
import type { StdioServer } from '../clients/server.ts';
import { loadConfig } from '../config/load.ts';
import { knowledgeInMemory, readMemory } from '../knowledge/open-knowledge.ts';
import { serverIdentity } from '../knowledge/server-identity.ts';
import { visible } from '../log/table.ts';
import { serverName } from '../proxy/server-name.ts';
import { askProgram, NoServer } from '../scan/ask-program.ts';
import type { Listing } from '../scan/list-server.ts';
import { reaches, scanJson } from '../scan/report.ts';
import { scanText } from '../scan/report-text.ts';
import { scanSarif } from '../scan/sarif.ts';
import { scanServers } from '../scan/scan-servers.ts';
import { version } from '../version.ts';
import type { Command, Invocation } from './command.ts';
import { choice, many, one, tell } from './log-options.ts';
import { childEnvironment } from './monitor-plan.ts';
import { Output } from './output.ts';

const failLevels = riskLevels.filter((level) => level !== 'none');

export const scan: Command = {
  name: 'scan',
  summary: "Start the MCP servers of this machine's clients and judge what they say of themselves",
  usage: '[options]',
  options: {
    client: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: `Only this client: ${clientTable.map(({ id }) => id).join(', ')}`,
    },
    config: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'Only the servers of this file: JSON, TOML or YAML',
    },
    server: { type: 'string', multiple: true, value: 'NAME', help: 'Only this server' },
    project: { type: 'boolean', help: 'Also the servers that files of the working folder name, such as .mcp.json' },
    yes: { type: 'boolean', help: 'Start a server also when its command was judged dangerous' },
    'fail-on': {
      type: 'string',
      value: 'LEVEL',
      help: `End with status 1 from this level on: ${failLevels.join(', ')} (high)`,
    },
    timeout: { type: 'string', value: 'SECONDS', help: 'How long a server may take to start and answer (30)' },
    sarif: { type: 'string', value: 'FILE', help: 'Also write the findings as SARIF 2.1.0' },
    json: { type: 'boolean', help: 'Print one JSON object' },
  },
  examples: [
    'km scan',
    'km scan --client cursor --json',
    'km scan --config .mcp.json --sarif km.sarif --fail-on medium',
  ],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { options, env, cwd } = invocation;
  const failOn = failLevel(one(options['fail-on']));
  const timeoutMs = seconds(one(options.timeout)) * 1_000;
  const { settings, paths } = await loadConfig({ env, cwd });
  const home = (process.platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
  const model = settings.risk_analysis.model ? await loadModel() : [];
  const onFault = (message: string) => tell(invocation, message);
  const memory = await readMemory({ dataFolder: paths.dataFolder, now: Date.now, onFault });
  const knowledge = knowledgeInMemory(Date.now, memory);
  const found = await scanServers(await configsWanted(invocation, home), {
    surroundings: { env, home, project: cwd },
    names: many(options.server),
    judgeLaunch: assessLaunch,
    refuseFrom: options.yes === true ? Number.POSITIVE_INFINITY : settings.risk_analysis.threshold,
    ask: (server) => ask(server, { env, cwd, timeoutMs }),
    nameOf: serverName,
    engineFor: (server) => createEngine({ model, knowledge: knowledge(serverIdentity(server)) }),
  });
  const output = new Output(process.stdout);
  output.text(options.json === true ? `${JSON.stringify(scanJson(found), undefined, 2)}\n` : scanText(found, visible));
  await output.flush();
  const sarif = one(options.sarif);
  if (sarif !== undefined) await save(path.resolve(cwd, sarif), scanSarif(found, version));
  return reaches(found, failOn) ? 1 : 0;
}

async function configsWanted(invocation: Invocation, home: string): Promise<ClientConfig[]> {
  const { options, env, cwd } = invocation;
  const files = many(options.config);
  if (files !== undefined) return Promise.all(files.map((file) => configNamed(path.resolve(cwd, file))));
  const clients = choice(
    'client',
    many(options.client),
    clientTable.map(({ id }) => id),
  );
  const project = options.project === true;
  if (!project) {
    // Whoever wrote the folder chose the programs in them: they run when their owner says so.
    const left = await projectConfigs(cwd);
    if (left.length > 0) tell(invocation, `Not read without --project: ${left.join(', ')}.`);
  }
  return findConfigs({ platform: process.platform, home, project: cwd, env }, { clients, project });
}

async function configNamed(file: string): Promise<ClientConfig> {
  const config = await readConfig(file);
  if (config !== undefined) return config;
  throw new KmError('usage.unreadable', `There is no file ${file}.`);
}

interface Asking {
  readonly env: Invocation['env'];
  readonly cwd: string;
  readonly timeoutMs: number;
}

/** The environment is the one that km has, with what the file adds, as it is for a client. */
async function ask(
  { command, args, env: own, cwd: at }: StdioServer,
  { env, cwd, timeoutMs }: Asking,
): Promise<Listing | string> {
  const program = {
    command,
    args,
    env: { ...childEnvironment(command, env), ...own },
    cwd: path.resolve(cwd, at ?? '.'),
  };
  try {
    return await askProgram(program, { about: { name: 'km-scan', version }, timeoutMs });
  } catch (error) {
    const { message } = error as Error;
    return error instanceof NoServer ? [message, ...lastLine(error.lastWords)].join(' ') : message;
  }
}

/** A server that cannot start mostly says why. */
function lastLine(words: string): string[] {
  const last = words.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return last === '' ? [] : [`It said: ${createRedactor().text(last).text}`];
}

function failLevel(text = 'high'): RiskLevel {
  const level = failLevels.find((known) => known === text);
  if (level !== undefined) return level;
  throw new KmError('usage.bad-value', `--fail-on takes ${failLevels.join(', ')}; got "${text}".`);
}

function seconds(text = '30'): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 3_600) return value;
  throw new KmError('usage.bad-value', `--timeout takes seconds, up to 3600; got "${text}".`);
}

async function save(file: string, value: object): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
  } catch (cause) {
    throw new KmError('usage.unwritable', `${file} cannot be written.`, { cause });
  }
}
