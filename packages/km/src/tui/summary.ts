import type { LogRecord } from '@kilometers/core/record.ts';
import type { LogCounts } from '../log/writer.ts';
import { riskText } from './figures.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';
import type { Tally } from './tally.ts';
import { counted, duration, grouped, size } from './units.ts';

/** What the screen cannot have counted itself. */
export interface SummaryFacts {
  /** Requests never answered. */
  readonly open: number;
  /** Exit status of the server. */
  readonly exit: LogRecord['exit'];
  /** Signal that ended the server. */
  readonly signal?: LogRecord['signal'];
  readonly counts: LogCounts;
  /** Path of the log. */
  readonly log: string;
  /** What became of the events for the control plane, where there were any. */
  readonly telemetry?: OutboxSummary | undefined;
}

/** What became of events for the control plane. */
export interface OutboxSummary {
  readonly sent: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly dropped: number;
  /** Not sent yet: a later run sends them. */
  readonly waiting: number;
  /** Why they wait. */
  readonly trouble: string | undefined;
}

export function summaryRows(facts: SummaryFacts, tally: Tally, ms: number, paint: Paint): string[] {
  const risk = riskText(tally);
  return [
    `${paint('aside', 'ended     ')} after ${duration(ms)}, ${exitText(facts)}`,
    `${paint('aside', 'traffic   ')} ${messagesText(tally, facts.open)}`,
    `           ${volumeText(tally)}`,
    ...(risk ? [`${paint('aside', 'risk      ')} ${paint('notable', risk)}`] : []),
    `${paint('aside', 'log       ')} ${logText(facts, paint)}`,
    ...(facts.telemetry ? [`${paint('aside', 'telemetry ')} ${telemetryText(facts.telemetry, paint)}`] : []),
  ];
}

export function summaryFields(facts: SummaryFacts, tally: Tally, ms: number) {
  return {
    message: `ended after ${duration(ms)}, ${exitText(facts)}; ${messagesText(tally, facts.open)}`,
    duration_ms: Math.round(ms),
    exit: facts.exit,
    signal: facts.signal,
    requests: tally.requests,
    responses: tally.responses,
    notifications: tally.notifications,
    opaque: tally.opaque,
    unanswered: facts.open,
    rpc_errors: tally.rpcErrors,
    tool_errors: tally.toolErrors,
    avg_ms: rounded(tally.latency.mean),
    p95_ms: rounded(tally.latency.quantile(0.95)),
    bytes_c2s: tally.bytesToServer,
    bytes_s2c: tally.bytesToClient,
    blocked: tally.blocked,
    changed: tally.changed,
    noted: tally.noted,
    records: facts.counts.written,
    dropped: facts.counts.dropped,
    log: facts.log,
    ...(facts.telemetry && { telemetry: facts.telemetry }),
  };
}

function exitText({ exit, signal }: SummaryFacts): string {
  if (signal !== undefined) return `server ended by ${signal}`;
  return exit === null || exit === undefined ? 'server still running' : `exit status ${exit}`;
}

function messagesText(tally: Tally, open: number): string {
  if (tally.requests + tally.responses + tally.notifications === 0) return 'no MCP messages';
  const errors = tally.rpcErrors + tally.toolErrors;
  const parts = [
    counted(tally.requests, 'request'),
    counted(tally.responses, 'response'),
    `${counted(errors, 'error')}${tally.toolErrors > 0 ? ` (${grouped(tally.toolErrors)} by tools)` : ''}`,
    ...(open > 0 ? [`${grouped(open)} unanswered`] : []),
    ...(tally.notifications > 0 ? [counted(tally.notifications, 'notification')] : []),
    ...(tally.opaque > 0 ? [`${counted(tally.opaque, 'line')} not MCP`] : []),
  ];
  return parts.join('  ');
}

function volumeText({ latency, bytesToServer, bytesToClient }: Tally): string {
  const bytes = `→ ${size(bytesToServer)}  ← ${size(bytesToClient)}`;
  if (latency.count === 0) return bytes;
  return `avg ${duration(latency.mean ?? 0)}  p95 ${duration(latency.quantile(0.95) ?? 0)}   ${bytes}`;
}

function logText({ counts, log }: SummaryFacts, paint: Paint): string {
  const written = `${counted(counts.written, 'record')} in ${printable(log)}`;
  return counts.dropped === 0 ? written : `${written}, ${paint('bad', `${grouped(counts.dropped)} lost`)}`;
}

function telemetryText({ sent, duplicates, refused, dropped, waiting, trouble }: OutboxSummary, paint: Paint): string {
  const why = trouble === undefined ? '' : ` (${printable(trouble)})`;
  const parts = [
    `${counted(sent + duplicates, 'event')} sent`,
    ...(waiting > 0 ? [`${grouped(waiting)} wait for a later run${why}`] : []),
    ...(refused > 0 ? [paint('notable', `${grouped(refused)} refused`)] : []),
    ...(dropped > 0 ? [paint('bad', `${grouped(dropped)} lost`)] : []),
  ];
  return parts.join(', ');
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1000) / 1000;
}
