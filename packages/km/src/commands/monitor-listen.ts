import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { KmError } from '@kilometers/core/errors.ts';
import { afterUnref } from '../after.ts';
import { now } from '../clock.ts';
import { Secret } from '../config/secret.ts';
import type { Settings } from '../config/settings.ts';
import { isEveryAddress, isLoopback, type ListenAddress, readAddress } from '../listen/address.ts';
import { Gate, inUrl } from '../listen/gate.ts';
import { type Listener, type ListenerParts, openListener } from '../listen/listener.ts';
import { readTls, type TlsContent, type TlsFiles, watchTls } from '../listen/tls-files.ts';
import type { Invocation } from './command.ts';
import { openListenSession } from './listen-session.ts';
import { openJudges } from './monitor-judges.ts';
import { type Plan, planOf } from './monitor-plan.ts';
import { lastWords, type MonitorScreen, showBanner } from './monitor-screen.ts';
import { redactorOf } from './monitor-watch.ts';
import { closeProcessParts, openProcessParts, type ProcessParts } from './process-parts.ts';

/** What every listener needs, whatever it stands before. */
export interface ListenerBasics {
  readonly address: ListenAddress;
  readonly tls: ListenerParts['tls'];
  readonly gate: Gate;
  /** True where clients bring km's own token. */
  readonly ownToken: boolean;
  readonly parts: ProcessParts;
}

/** What is served: a program, or servers elsewhere. */
export interface Behind {
  readonly plan: Plan;
  /** Where clients find it. */
  readonly paths: readonly string[];
  open(basics: ListenerBasics): Promise<Listener>;
}

/** `km monitor --listen`: HTTP clients reach a server that speaks stdio, or others that speak HTTP. */
export async function monitorListen(invocation: Invocation): Promise<number> {
  const { url, upstream, route } = invocation.options;
  const elsewhere = url !== undefined || upstream !== undefined || route !== undefined;
  const behind = elsewhere
    ? await (await import('./relay-routes.ts')).behindRoutes(invocation)
    : await behindProgram(invocation);
  const { plan } = behind;
  const { listen } = plan.config.settings;
  const address = readAddress(String(invocation.options.listen));
  const files = tlsFilesOf(invocation.options);
  const access = accessOf(invocation, address, files, listen);
  const redactor = redactorOf(plan.config);
  const content = files && readTls(files, Date.now());
  const tls = content && { ...content, requestCert: files?.clientCa !== undefined };
  const parts = await openProcessParts(plan, redactor, invocation.env);
  const { screen } = parts;
  const gate = new Gate({ ...access, token: access.token?.reveal() });
  const listener = await behind.open({ address, tls, gate, ownToken: access.token !== undefined, parts });
  if (content) parts.processFigures?.certificate('listen', content.cert);
  showBanner(screen, plan, redactor);
  for (const warning of plan.config.warnings) screen.fault(warning);
  sayWhere({ screen, behind, address, listener, scheme: tls ? 'https' : 'http', token: access.token });
  const stopWatching = files && content && watchCertificates({ files, content, listener, parts });
  const signal = await firstSignal(listener.kill);
  screen.note(`${signal}: waiting for what is open; a second signal ends at once.`);
  await listener.drain(listen.drain_timeout * 1_000);
  stopWatching?.();
  await closeProcessParts(parts);
  await lastWords();
  return 0;
}

/** What is wrong with policies and plugins is to be told now, not to the first client. */
async function tryJudges(plan: Plan, { env, cwd }: Invocation): Promise<void> {
  if (!plan.judges) return;
  const judges = await openJudges({ plan, env, cwd, onFault: () => {} });
  await judges.close();
}

async function behindProgram(invocation: Invocation): Promise<Behind> {
  const plan = await planOf(invocation);
  await tryJudges(plan, invocation);
  const { listen } = plan.config.settings;
  return {
    plan,
    paths: ['/mcp'],
    open: ({ address, tls, gate, parts }) =>
      openListener({
        address,
        tls,
        gate,
        serve: (client, hop) => openListenSession({ plan, invocation, parts }, client, hop),
        node: nodeOf(invocation.options.node, listen),
        sessionsMax: listen.max_sessions,
        requestsMax: listen.max_requests,
        bodyBytesMax: listen.max_body,
        idleSeconds: listen.idle_timeout,
        after: afterUnref,
        now,
        onFault: parts.screen.fault,
      }),
  };
}

interface Access {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly token: Secret | undefined;
}

/** @throws KmError `listen.insecure`, `usage.bad-value`, `usage.unreadable` */
function accessOf(
  { options, env }: Invocation,
  { host }: ListenAddress,
  tls: TlsFiles | undefined,
  listen: Settings['listen'],
): Access {
  const open = !isLoopback(host);
  if (open && tls === undefined && options['plain-http'] !== true) {
    throw new KmError('listen.insecure', `Other machines could reach ${host} and read all that passes.`);
  }
  const noToken = options['no-token'] === true;
  if (noToken && open && tls?.clientCa === undefined) {
    const fix = 'Leave --no-token out, or let clients show a certificate (--tls-client-ca).';
    throw new KmError('listen.insecure', `Anybody who can reach ${host} could use the server.`, { fix });
  }
  const own = isEveryAddress(host) ? hostname() : inUrl(host);
  const hosts = [own, ...listen.allow_hosts, ...many(options['allow-host'])].map((name) => name.toLowerCase());
  const origins = [...listen.allow_origins, ...many(options['allow-origin'])].map(originOf);
  return { hosts, origins, token: noToken ? undefined : tokenOf(env.KM_LISTEN_TOKEN, listen.token_file) };
}

/** A token that was given, or a new one. */
function tokenOf(variable: string | undefined, file: string): Secret {
  const given = variable || (file === '' ? undefined : readToken(file));
  if (given === undefined) return new Secret(randomBytes(32).toString('base64url'));
  if (/^[\x21-\x7e]{16,}$/.test(given)) return new Secret(given);
  throw new KmError('usage.bad-value', 'The token for clients must be 16 visible characters of ASCII at least.');
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new KmError('usage.unreadable', `The file of the token, ${file}, cannot be read.`, { cause });
  }
}

function tlsFilesOf(options: Invocation['options']): TlsFiles | undefined {
  const [cert, key, clientCa] = ['tls-cert', 'tls-key', 'tls-client-ca'].map((name) => text(options[name]));
  if (cert !== undefined && key !== undefined) return { cert, key, clientCa };
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  throw new KmError('usage.bad-value', '--tls-cert and --tls-key belong together, and --tls-client-ca needs both.');
}

/** As browsers write it: without a path, and without the port that the scheme has anyhow. */
function originOf(given: string): string {
  const origin = URL.canParse(given) ? new URL(given).origin : 'null';
  if (origin !== 'null') return origin;
  throw new KmError('usage.bad-value', `An origin looks like https://app.example.com; got "${given}".`);
}

function nodeOf(option: Invocation['options'][string], { node }: Settings['listen']): string {
  const name = text(option) ?? node;
  if (/^[A-Za-z0-9_-]{0,64}$/.test(name)) return name;
  throw new KmError('usage.bad-value', `--node takes up to 64 letters, digits, - and _; got "${name}".`);
}

interface Watching {
  readonly files: TlsFiles;
  readonly content: TlsContent;
  readonly listener: Listener;
  readonly parts: ProcessParts;
}

function watchCertificates({ files, content, listener, parts: { screen, processFigures } }: Watching): () => void {
  return watchTls({
    files,
    content,
    after: afterUnref,
    now: Date.now,
    onChange: (fresh) => {
      listener.http.useTls(fresh);
      processFigures?.certificate('listen', fresh.cert);
      screen.note('The certificate was read again; open connections go on.');
    },
    onFault: screen.fault,
  });
}

interface Where {
  readonly screen: MonitorScreen;
  readonly behind: Behind;
  readonly address: ListenAddress;
  readonly listener: Listener;
  readonly scheme: 'http' | 'https';
  readonly token: Secret | undefined;
}

/** What has to be pasted into a client. */
function sayWhere({ screen, behind, address, listener, scheme, token }: Where): void {
  const host = isEveryAddress(address.host) ? hostname() : inUrl(address.host);
  const shown = isLoopback(address.host) ? 'localhost' : host;
  const origin = `${scheme}://${shown}:${listener.http.port}`;
  for (const path of behind.paths) screen.note(`Listening on ${origin}${path}`);
  const header = token ? ` --header "Authorization: Bearer ${token.reveal()}"` : '';
  if (token) screen.note(`Clients bring the token: ${token.reveal()}`);
  const url = `${origin}${behind.paths[0] ?? ''}`;
  screen.note(`For example: claude mcp add --transport http ${behind.plan.facts.server} ${url}${header}`);
}

/** The first signal that tells km to end. Each further one is for those who are in a hurry. */
function firstSignal(further: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let take = (signal: NodeJS.Signals): void => {
      take = further;
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => take(signal));
  });
}

function text(value: Invocation['options'][string]): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function many(value: Invocation['options'][string]): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
