import { KmError } from '@kilometers/core/errors.ts';
import { type Config, loadConfig } from '../config/load.ts';
import { stderrDiagnostics } from '../diagnostics/stderr.ts';
import { learn } from '../filters/learn.ts';
import { record } from '../filters/record.ts';
import { openLog } from '../log/append.ts';
import type { LogWriter } from '../log/writer.ts';
import { Exchanges } from '../message/exchange.ts';
import type { Filter } from '../pipeline/filter.ts';
import { Observer, type StderrLine } from '../proxy/observer.ts';
import { newRunId } from '../proxy/run-id.ts';
import { serverName } from '../proxy/server-name.ts';
import { runSession } from '../proxy/session.ts';
import { showTo } from '../proxy/watch.ts';
import { type ChildExit, spawnChild } from '../transport/child.ts';
import { readerGone } from '../transport/reader-gone.ts';
import { startReaper } from '../transport/reaper.ts';
import { stopTogether } from '../transport/stop-together.ts';
import { version } from '../version.ts';
import type { Command, Invocation } from './command.ts';

const ms = (seconds: number) => seconds * 1_000;

/** `km monitor`: wires the proxy. Everything slow happens beside the child's own start. */
export const monitor: Command = {
  name: 'monitor',
  summary: 'Run an MCP server behind km and keep a record of all that passes',
  usage: '[options] -- <command> [args...]',
  takesProgram: true,
  options: {
    verbose: { type: 'boolean', short: 'v', multiple: true, help: 'Print each message; -vv with bodies, -vvv whole' },
    'session-id': { type: 'string', value: 'NAME', help: 'Label of the session in records; may repeat over runs' },
    'api-url': { type: 'string', value: 'URL', help: 'The control plane; never contacted without an API key' },
    'log-file': { type: 'string', value: 'FILE', help: 'Keep the record here instead of in the data folder' },
    'local-only': { type: 'boolean', help: 'Send nothing off this machine, whoever is signed in' },
    name: { type: 'string', value: 'NAME', help: 'How the server is called in records' },
    tag: {
      type: 'string',
      multiple: true,
      value: 'KEY=VALUE',
      help: 'Kept with the session; may be given several times',
    },
  },
  examples: [
    'km monitor -- npx -y @modelcontextprotocol/server-filesystem ~/Documents',
    'km monitor --name files --tag team=web -v -- node server.js',
  ],
  run,
};

/** What is known before the child runs. */
interface Plan {
  readonly command: string;
  readonly args: readonly string[];
  readonly config: Config;
  readonly tags: Readonly<Record<string, string>>;
  readonly facts: { readonly run: string; readonly session: string; readonly server: string };
}

async function run(invocation: Invocation): Promise<number> {
  const plan = await planOf(invocation);
  const { command, args, config, facts } = plan;
  const { settings } = config;
  const child = await spawnChild(command, args, childEnvironment(command, invocation.env));
  const reaper = startReaper(child.pid);
  stopTogether(child.kill);
  const speak = stderrDiagnostics({ level: settings.log_level, targets: config.logTargets, env: invocation.env });
  for (const warning of config.warnings) speak('config').warn?.(warning);
  const log = openSessionLog(plan, (message) => speak('log').warn?.(message));
  log.describe({ info: { km: version, command: [command, ...args], tier: settings.default_tier, tags: plan.tags } });

  let spoken = false;
  const filters: readonly Filter[] = [
    { name: 'spoken', onFailure: 'pass', watch: ({ exchanges }) => void (spoken ||= exchanges.length > 0) },
    learn(({ client, ...info }) => log.describe({ ...(client && { client }), info: { ...info } })),
    record((draft) => log.append(draft)),
  ];
  const exchanges = new Exchanges(ms(settings.proxy.timeout));
  const never = new AbortController().signal;
  const observer = new Observer({
    lineBytesMax: settings.log.max_message,
    exchanges,
    onOutcome: showTo(filters, { ...facts, signal: never }, (message) => speak('proxy').warn?.(message)),
    onStderr: (line) => log.append(stderrDraft(line)),
    pressure: () => log.pressure(),
  });
  const startedBy = process.ppid;
  const exit = await runSession({
    client: { source: process.stdin, sink: process.stdout },
    child,
    reaper,
    filters,
    facts,
    observer,
    exchanges,
    bufferBytes: settings.proxy.buffer_size,
    holdBytesMax: settings.hold.max_bytes,
    times: {
      termAfterMs: ms(settings.proxy.term_after),
      killAfterMs: ms(settings.proxy.kill_after),
      openMs: ms(settings.proxy.timeout),
    },
    pressure: () => log.pressure(),
    spoken: () => spoken,
    clientLost: () => readerGone(startedBy),
    stderr: process.stderr,
    onSignal,
  });
  await log.close(endOf(exit, exchanges));
  return exit.status;
}

async function planOf({ options, rest, env, cwd }: Invocation): Promise<Plan> {
  const [command, ...args] = rest ?? [];
  if (command === undefined) throw new KmError('usage.no-program', 'km monitor was given no program to run.');
  const config = await loadConfig({ flags: options, env, cwd });
  const id = newRunId(Date.now());
  const facts = {
    run: id,
    session: text(options['session-id']) ?? id,
    server: text(options.name) ?? serverName(command, args),
  };
  return { command, args, config, facts, tags: tagsOf(options.tag) };
}

function text(value: Invocation['options'][string]): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function tagsOf(values: Invocation['options'][string]): Readonly<Record<string, string>> {
  return Object.fromEntries((Array.isArray(values) ? values : []).map((tag) => tagOf(String(tag))));
}

function tagOf(tag: string): [string, string] {
  const at = tag.indexOf('=');
  if (at > 0) return [tag.slice(0, at), tag.slice(at + 1)];
  throw new KmError('usage.bad-value', `--tag takes key=value; got "${tag}".`);
}

/** The child gets the environment it would have had without km, less the key, which only km itself may need. */
function childEnvironment(command: string, env: Invocation['env']): NodeJS.ProcessEnv {
  const { KM_API_KEY, ...rest } = env;
  return KM_API_KEY !== undefined && serverName(command, []) === 'km' ? { ...env } : rest;
}

function openSessionLog({ config, facts }: Plan, onFault: (message: string) => void): LogWriter {
  const { log } = config.settings;
  return openLog({
    ...facts,
    file: config.paths.logFile,
    maxSize: log.max_size,
    maxFiles: log.max_files,
    maxAge: log.max_age,
    maxMessage: log.max_message,
    onFault,
  });
}

const decoder = new TextDecoder();

function stderrDraft({ line, seq, time }: StderrLine) {
  return { kind: 'stderr', seq, time, bytes: line.bytes, text: decoder.decode(line.head) } as const;
}

function endOf({ status, signal }: ChildExit, exchanges: Exchanges) {
  const open = exchanges.openCount('c2s') + exchanges.openCount('s2c');
  return { open, exit: status, ...(signal && { signal }) };
}

function onSignal(take: (signal: NodeJS.Signals) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => take(signal));
}
