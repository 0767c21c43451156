import type { LogRecord } from '@kilometers/core/record.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import type { Exchange } from '../message/exchange.ts';
import type { Message } from '../message/message.ts';
import { type Filter, isStopped, type Outcome, type OwnMessage } from '../pipeline/filter.ts';
import type { LabelsOf } from './catalogue.ts';
import { failureOf } from './failure-of.ts';
import { fewWords } from './few-words.ts';
import type { Figures } from './figures.ts';

type Usage = NonNullable<LogRecord['km']>;

/** How the two ends of a run are reached, as OpenTelemetry calls it. */
export interface Transports {
  readonly client: 'pipe' | 'tcp';
  readonly server: 'pipe' | 'tcp';
}

export interface RunParts {
  readonly figures: Figures;
  readonly server: string;
  readonly transports: Transports;
  /** The revision of MCP that is spoken, once it is known. */
  readonly protocol: () => string | undefined;
  /** Score from which a message is of high risk. */
  readonly threshold: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** What the log has taken and lost so far. */
  readonly log: () => { readonly written: number; readonly dropped: number };
  /** How many events for the control plane were dropped so far. */
  readonly outboxDropped: () => number;
}

/** Counts one run. */
export interface RunCount {
  readonly filter: Filter;
  own(own: OwnMessage): void;
  sample(usage: { readonly km: Usage; readonly child?: Usage }): void;
  end(exit: { readonly status: number; readonly signal: string | undefined }): void;
}

/** Series are kept for good: no client or server may make as many as it likes. */
const toolsMax = 200;
const methodsMax = 100;
const versionsMax = 10;
const codesMax = 50;

export function countRun(parts: RunParts): RunCount {
  const { figures, server, now, log, outboxDropped } = parts;
  const began = now();
  const count = counterOf(parts);
  const run = {};
  const written = figures.rising('km.log.records', {});
  const lost = figures.rising('km.log.records.lost', {});
  const unsent = figures.rising('km.outbox.dropped', {});
  const serverCpu = figures.rising('km.process.cpu.time', { process: 'server', server });
  figures.add('km.sessions', { server });
  beginAtNought(figures, server);
  figures.set(run, 'km.sessions.open', { server }, 1);
  const stopReading = figures.readFrom(() => {
    const { written: records, dropped } = log();
    written(records);
    lost(dropped);
    unsent(outboxDropped());
  });
  return {
    filter: { name: 'figures', onFailure: 'pass', watch: count.outcome },
    own: count.own,
    sample({ km, child }) {
      figures.raise('km.process.cpu.time', { process: 'km' }, km.cpu_ms / 1_000);
      setUsage(figures, 'km', { process: 'km' }, km);
      if (child === undefined) return;
      serverCpu(child.cpu_ms / 1_000);
      setUsage(figures, run, { process: 'server', server }, child);
    },
    end({ status, signal }) {
      const how = signal !== undefined ? 'signal' : status === 0 ? 'ok' : 'failed';
      figures.add('km.server.exits', { server, how });
      count.session((now() - began) / 1_000, how === 'ok' ? {} : { 'error.type': how });
      figures.snapshot(); // Takes over what the log has written to the last.
      stopReading();
      figures.drop(run);
    },
  };
}

/** Prometheus sees a counter rise only from a value that it has seen: what is rare is there before it happens. */
function beginAtNought(figures: Figures, server: string): void {
  for (const how of ['ok', 'failed', 'signal']) figures.add('km.server.exits', { server, how }, 0);
  for (const level of ['low', 'high']) figures.add('km.risk.messages', { server, level }, 0);
  for (const direction of ['c2s', 's2c']) figures.add('km.blocked', { server, direction, by: 'risk' }, 0);
}

function setUsage(
  figures: Figures,
  of: unknown,
  labels: { readonly process: string; readonly server?: string },
  { rss, fds }: Usage,
): void {
  figures.set(of, 'km.process.memory', labels, rss);
  if (fds !== undefined) figures.set(of, 'km.process.open_files', labels, fds);
}

function counterOf({ figures, server, transports, protocol, threshold }: RunParts) {
  const tools = fewWords(toolsMax);
  const methods = fewWords(methodsMax);
  const versions = fewWords(versionsMax);
  const codes = fewWords(codesMax);
  const version = () => {
    const spoken = protocol();
    return spoken === undefined ? '' : versions(spoken);
  };

  function outcome(seen: Outcome): void {
    const { message, decisions, risk, exchanges } = seen;
    const { dir: direction, kind, bytes } = message;
    figures.add('km.messages', { server, direction, kind, outcome: seen.outcome });
    figures.add('km.messages.size', { server, direction }, bytes);
    if (isStopped(seen)) figures.add('km.blocked', { server, direction, by: stopperOf(decisions) });
    if (risk && risk.findings.length > 0) countRisk(risk);
    for (const exchange of exchanges) if (exchange.kind === 'response') response(exchange, message, isStopped(seen));
  }

  function countRisk({ score, findings }: Assessment): void {
    for (const { rule } of findings) figures.add('km.risk.findings', { server, rule });
    figures.add('km.risk.messages', { server, level: score >= threshold ? 'high' : 'low' });
  }

  function response(exchange: Exchange, message: Message, stopped: boolean): void {
    const { oddity, status, ms } = exchange;
    if (oddity) figures.add('km.responses.odd', { server, oddity });
    // Of a call that goes on, only the last response tells how long it took.
    if (ms === undefined || status === 'input_required' || status === 'task') return;
    const labels = operationOf(exchange, message);
    countCall(exchange, stopped ? 'blocked' : (status ?? 'ok'));
    // Who asked is on the near side; answers to the client come from the server.
    const { client, server: other } = transports;
    const [near, far] = exchange.dir === 's2c' ? [client, other] : [other, client];
    figures.time('mcp.server.operation.duration', { ...labels, 'network.transport': near }, ms / 1_000);
    figures.time('mcp.client.operation.duration', { ...labels, 'network.transport': far }, ms / 1_000);
  }

  function countCall({ dir, method = '', tool = '' }: Exchange, status: string): void {
    const direction = dir === 's2c' ? 'c2s' : 's2c'; // That of the call.
    const named = namesTarget(method) ? tools(tool) : '';
    figures.add('km.calls', { server, direction, method: methods(method), tool: named, status });
  }

  function operationOf({ dir, method = '', tool = '', id, status }: Exchange, message: Message) {
    const failure = failureOf(message, id, status);
    return {
      server,
      direction: dir === 's2c' ? 'c2s' : 's2c',
      'mcp.method.name': methods(method),
      'mcp.protocol.version': version(),
      ...(method === 'tools/call' && { 'gen_ai.tool.name': tools(tool), 'gen_ai.operation.name': 'execute_tool' }),
      ...(method === 'prompts/get' && { 'gen_ai.prompt.name': tools(tool) }),
      ...(failure && { 'error.type': codes(failure.type) }),
      ...(failure?.code !== undefined && { 'rpc.response.status_code': codes(failure.code) }),
    } satisfies LabelsOf<'mcp.server.operation.duration'>;
  }

  return {
    outcome,
    /** An answer of km's own ends a call that never reached the other side. */
    own({ exchange }: OwnMessage): void {
      if (exchange?.kind === 'response' && exchange.call !== undefined) countCall(exchange, 'blocked');
    },
    session(seconds: number, error: { 'error.type'?: string }): void {
      const labels = { server, 'mcp.protocol.version': version(), ...error };
      const { client, server: far } = transports;
      figures.time('mcp.server.session.duration', { ...labels, 'network.transport': client }, seconds);
      figures.time('mcp.client.session.duration', { ...labels, 'network.transport': far }, seconds);
    },
  };
}

/** Tools and prompts have names; what resources are called is longer, and may be secret. */
function namesTarget(method: string): boolean {
  return method === 'tools/call' || method === 'prompts/get';
}

function stopperOf(decisions: Outcome['decisions']): string {
  return decisions.findLast(({ verdict }) => verdict === 'block' || verdict === 'unjudged')?.by ?? 'km';
}
