import type { Readable } from 'node:stream';
import { KmError } from '@kilometers/core/errors.ts';
import type { StartJudging } from '../proxy/join.ts';
import { Observer } from '../proxy/observer.ts';
import { passStderr } from '../proxy/pass-stderr.ts';
import { runSession } from '../proxy/session.ts';
import { spawnChild } from '../transport/child.ts';
import { childEnd } from '../transport/child-end.ts';
import { readerGone } from '../transport/reader-gone.ts';
import type { ServerEnd } from '../transport/server-end.ts';
import { stopTogether } from '../transport/stop-together.ts';
import type { Command, Invocation } from './command.ts';
import { openFaults } from './faults.ts';
import type { Judges } from './monitor-judges.ts';
import { childEnvironment, type Plan, planOf } from './monitor-plan.ts';
import type { Watch } from './monitor-watch.ts';

const ms = (seconds: number) => seconds * 1_000;

/** `km monitor`: wires the proxy. On the way of every start: what can wait is in monitor-watch.ts. */
export const monitor: Command = {
  name: 'monitor',
  summary: 'Run an MCP server behind km and keep a record of all that passes',
  usage: '[options] (-- <command> [args...] | --url URL)',
  takesProgram: true,
  options: {
    verbose: { type: 'boolean', short: 'v', multiple: true, help: 'Print each message; -vv with bodies, -vvv whole' },
    'session-id': { type: 'string', value: 'NAME', help: 'Label of the session in records; may repeat over runs' },
    'api-url': { type: 'string', value: 'URL', help: 'The control plane; never contacted without an API key' },
    'log-file': { type: 'string', value: 'FILE', help: 'Keep the record here instead of in the data folder' },
    'local-only': { type: 'boolean', help: 'Send nothing off this machine, whoever is signed in' },
    name: { type: 'string', value: 'NAME', help: 'How the server is called in records' },
    tag: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'Kept with the session; may be repeated' },
    url: { type: 'string', value: 'URL', help: 'Stand before a server across the network instead of a program' },
    upstream: { type: 'string', value: 'URL', help: 'The same as --url' },
    header: {
      type: 'string',
      multiple: true,
      value: "'NAME: VALUE'",
      help: 'With --url: sent with each request; $NAME in braces stands for a variable',
    },
    route: {
      type: 'string',
      multiple: true,
      value: '/PATH=URL',
      help: 'With --listen: a server behind a path of its own; may be repeated',
    },
    listen: { type: 'string', value: '[HOST:]PORT', help: 'Serve over HTTP, at /mcp, instead of on stdio' },
    'no-token': { type: 'boolean', help: 'With --listen: ask for no token; on this machine, or with --tls-client-ca' },
    'plain-http': { type: 'boolean', help: 'With --listen: let other machines connect without TLS' },
    'tls-cert': {
      type: 'string',
      value: 'FILE',
      help: 'With --listen: certificate, in PEM; read again when it changes',
    },
    'tls-key': { type: 'string', value: 'FILE', help: 'With --listen: key of the certificate' },
    'tls-client-ca': {
      type: 'string',
      value: 'FILE',
      help: 'With --listen: clients need a certificate signed by this',
    },
    'allow-host': { type: 'string', multiple: true, value: 'NAME', help: 'With --listen: a name it is reached under' },
    'allow-origin': {
      type: 'string',
      multiple: true,
      value: 'URL',
      help: 'With --listen: a web page that may connect',
    },
    node: { type: 'string', value: 'NAME', help: 'With --listen: begin session ids with this, for a balancer' },
    profile: { type: 'boolean', help: 'Write a CPU profile of km and tell the time of each stage at the end' },
  },
  examples: [
    'km monitor -- npx -y @modelcontextprotocol/server-filesystem ~/Documents',
    'km monitor --name files --tag team=web -v -- node server.js',
    `km monitor --url https://mcp.example.com/mcp --header 'Authorization: Bearer \${TOKEN}'`,
    'km monitor --listen 8080 -- npx -y @modelcontextprotocol/server-everything',
    'km monitor --listen 8080 --url https://mcp.example.com/mcp',
  ],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  if (invocation.options.listen !== undefined) return (await import('./monitor-listen.ts')).monitorListen(invocation);
  if (invocation.options.route !== undefined) throw new KmError('usage.bad-value', '--route goes with --listen.');
  const plan = await planOf(invocation);
  const { settings } = plan.config;
  // Wrong patterns have to be told before the program runs; otherwise nothing here waits for what only watches.
  if (settings.redact.patterns.length > 0) (await loadWatch()).redactorOf(plan.config);
  const faults = openFaults();
  const judges = plan.judges
    ? await openJudges({ plan, env: invocation.env, cwd: invocation.cwd, onFault: faults.tell })
    : undefined;
  const { server, pid, stderr: words } = await startServer(plan, invocation, faults.tell);
  const observer = new Observer();
  let watch: Watch | undefined;
  const stderr = words && passStderr(words, observer);
  let beginJudging: (judging: StartJudging) => void = () => {};
  const watching = later(watchAfterMs, async () => {
    watch = (await loadWatch()).openWatch({
      plan,
      env: invocation.env,
      pid,
      stderr,
      observer,
      judges,
      openJudges: (later) =>
        openJudges({ plan: later, env: invocation.env, cwd: invocation.cwd, onFault: faults.tell }),
      beginJudging: (later, session) => {
        const judging = later.judging(session);
        if (judging) beginJudging(judging);
      },
      faults,
    });
    return watch;
  });
  // A response is judged knowing its request, so whatever pairs them has to be there first.
  if (judges) await watching.now();
  const spoken = () => watch?.spoken() ?? false;
  const startedBy = process.ppid;
  const exit = await runSession({
    client: { source: process.stdin, sink: process.stdout },
    server,
    observer,
    judging: judges?.judging({ asked: (response, dir) => watch?.exchanges.asked(response, dir), spoken }),
    judgingLater: (begin) => {
      beginJudging = begin;
    },
    bufferBytes: settings.proxy.buffer_size,
    times: {
      termAfterMs: ms(settings.proxy.term_after),
      killAfterMs: ms(settings.proxy.kill_after),
      openMs: ms(settings.proxy.timeout),
    },
    pressure: () => observer.pressure(),
    spoken,
    waiting: () => (watch?.exchanges.openCount('c2s') ?? 0) > 0,
    clientLost: () => readerGone(startedBy),
    onSignal,
  });
  await (await watching.now()).close(exit);
  return exit.status;
}

/** The server's end; a program of this machine also has a process and words for people. */
interface Started {
  readonly server: ServerEnd;
  readonly pid?: number;
  readonly stderr?: Readable;
}

async function startServer(plan: Plan, invocation: Invocation, onFault: (text: string) => void): Promise<Started> {
  if ('url' in plan.target) {
    const { reachServer } = await import('./monitor-remote.ts');
    return { server: reachServer({ url: plan.target.url, plan, invocation, onFault }) };
  }
  const { command, args } = plan.target;
  const child = await spawnChild(command, args, childEnvironment(command, invocation.env, plan.facts.run));
  stopTogether(child.kill);
  return { server: childEnd(child), pid: child.pid, stderr: child.stderr };
}

/** What judges is most of the code there is, and is loaded only where something does. */
async function openJudges(opened: Parameters<typeof import('./monitor-judges.ts')['openJudges']>[0]): Promise<Judges> {
  return (await import('./monitor-judges.ts')).openJudges(opened);
}

/** Long enough for the server's first answer, if it is a quick one, to get through before anything else is done. */
const watchAfterMs = 15;

/** All that watches: log, screen, pairing. Two thirds of the code, and none of it is needed to forward the first bytes. */
function loadWatch() {
  return import('./monitor-watch.ts');
}

/** Starts something after a while, or when it is asked for before. */
function later<T>(delayMs: number, start: () => Promise<T>): { now: () => Promise<T> } {
  let started: Promise<T> | undefined;
  const now = () => {
    clearTimeout(timer);
    started ??= start();
    return started;
  };
  const timer = setTimeout(now, delayMs);
  return { now };
}

function onSignal(take: (signal: NodeJS.Signals) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => take(signal));
}
