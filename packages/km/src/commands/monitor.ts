import { afterUnref } from '../after.ts';
import { learn } from '../filters/learn.ts';
import { record } from '../filters/record.ts';
import { openLog } from '../log/append.ts';
import type { LogWriter } from '../log/writer.ts';
import { Exchanges } from '../message/exchange.ts';
import type { Filter, Outcome } from '../pipeline/filter.ts';
import { Observer, type StderrLine } from '../proxy/observer.ts';
import { runSession } from '../proxy/session.ts';
import { showTo } from '../proxy/watch.ts';
import { watchResources } from '../resources/watch-resources.ts';
import { type ChildExit, spawnChild } from '../transport/child.ts';
import { readerGone } from '../transport/reader-gone.ts';
import { startReaper } from '../transport/reaper.ts';
import { stopTogether } from '../transport/stop-together.ts';
import { version } from '../version.ts';
import type { Command, Invocation } from './command.ts';
import { childEnvironment, type Plan, planOf } from './monitor-plan.ts';
import { lastWords, openMonitorScreen, showBanner } from './monitor-screen.ts';
import { sealLater } from './seal-later.ts';

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

async function run(invocation: Invocation): Promise<number> {
  const plan = await planOf(invocation);
  const { command, args, config, facts } = plan;
  const { settings } = config;
  const profile = plan.profile ? await startProfiling(config.paths.dataFolder) : undefined;
  const child = await spawnChild(command, args, childEnvironment(command, invocation.env));
  stopTogether(child.kill);
  const reaper = startReaper(child.pid);
  const screen = openMonitorScreen(plan, invocation.env);
  const log = openSessionLog(plan, screen.fault);
  showBanner(screen, plan);
  for (const warning of config.warnings) screen.fault(warning);
  log.describe({ info: { km: version, command: [command, ...args], tier: settings.default_tier, tags: plan.tags } });
  const stopSealing = sealLater({ config, env: invocation.env, sealWith: (seal) => log.sealWith(seal) });

  let spoken = false;
  const filters: readonly Filter[] = [
    watcher('spoken', ({ exchanges }) => {
      if (exchanges.length > 0) spoken = true;
    }),
    learn(({ client, ...info }) => log.describe({ ...(client && { client }), info: { ...info } })),
    record((draft) => log.append(draft)),
    screen.filter,
  ];
  const exchanges = new Exchanges(ms(settings.proxy.timeout));
  const observer = new Observer({
    lineBytesMax: settings.log.max_message,
    exchanges,
    onOutcome: showTo(filters, { ...facts, signal: new AbortController().signal }, screen.fault),
    onStderr: (line) => log.append(stderrDraft(line)),
    ...(profile && { time: profile.stages.time }),
  });
  const resources = watchResources({
    intervalSeconds: settings.resources.interval,
    pid: child.pid,
    onSample: (sample) => log.append({ kind: 'resources', time: Date.now(), seq: observer.nextSeq(), ...sample }),
    after: afterUnref,
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
    showStderr: screen.passThrough,
    onSignal,
  });
  stopSealing();
  resources.stop();
  const end = endOf(exit, exchanges);
  await log.close(end);
  screen.summary({ ...end, counts: log.counts, log: config.paths.logFile });
  await profile?.finish(screen.fault);
  await lastWords();
  return exit.status;
}

function watcher(name: string, watch: (outcome: Outcome) => void): Filter {
  return { name, onFailure: 'pass', watch };
}

function openSessionLog({ config, facts, redactor }: Plan, onFault: (message: string) => void): LogWriter {
  const { log } = config.settings;
  return openLog({
    ...facts,
    file: config.paths.logFile,
    maxSize: log.max_size,
    maxFiles: log.max_files,
    maxAge: log.max_age,
    maxMessage: log.max_message,
    redactor,
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

/** Loaded only when asked for. */
async function startProfiling(folder: string) {
  const [{ startProfile }, { createStages }] = await Promise.all([
    import('../resources/profile.ts'),
    import('../resources/stages.ts'),
  ]);
  const stages = createStages(() => performance.now());
  const profile = await startProfile(folder);
  return {
    stages,
    async finish(say: (message: string) => void) {
      for (const row of stages.report()) say(row);
      say(`The profile is in ${await profile.stop()}.`);
    },
  };
}
