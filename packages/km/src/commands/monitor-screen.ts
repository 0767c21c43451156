import type { Redactor } from '@kilometers/core/redact.ts';
import { afterUnref } from '../after.ts';
import { now } from '../clock.ts';
import { openScreen, type Screen } from '../tui/screen.ts';
import { typed } from '../tui/typed.ts';
import { version } from '../version.ts';
import type { Invocation } from './command.ts';
import { type Plan, wordsOf } from './monitor-plan.ts';

/** That much of km's own words may wait for a reader of stderr; what comes beyond is dropped. */
const unreadBytesMax = 1_048_576;

/** How long km waits at its end for its last words to be read. */
const lastWordsMs = 250;

/** That much of the server's stderr may wait before km stops reading it. */
const unreadBytesBusy = 65_536;

/** The screen, and whether its reader keeps up. */
export interface MonitorScreen extends Screen {
  /** Set while stderr is not read: ends when what waits has been. */
  unread(): Promise<void> | undefined;
}

/** What `km monitor` shows on its stderr. Off a terminal, where `log_level` wants only warnings, it is silent. */
export function openMonitorScreen(plan: Plan, redactor: Redactor, env: Invocation['env']): MonitorScreen {
  const { stdin, stdout, stderr } = process;
  const terminal = stderr.isTTY === true;
  const { write, unread } = stderrWriter();
  const screen = openScreen({
    terminal,
    live: !stdin.isTTY && !stdout.isTTY,
    columns: () => stderr.columns ?? 80,
    colour: terminal && !env.NO_COLOR,
    verbose: plan.verbose,
    write,
    clock: { time: Date.now, at: now },
    after: afterUnref,
    redact: (text) => redactor.text(text).text,
  });
  const silent = !terminal && ['error', 'warn'].includes(plan.config.settings.log_level);
  return { ...screen, unread, ...(silent && { banner: () => {}, summary: () => {} }) };
}

/** Counts what waits for a reader itself: on Bun `writableLength` is 0 whatever waits. */
function stderrWriter() {
  const { stderr } = process;
  stderr.on('error', () => {}); // Whoever read it has gone; the traffic goes on.
  let waiting = 0;
  let room: { promise: Promise<void>; end: () => void } | undefined;
  const taken = (bytes: number) => {
    waiting -= bytes;
    if (waiting > unreadBytesBusy) return;
    room?.end();
    room = undefined;
  };
  return {
    write(text: string | Uint8Array): void {
      if (waiting >= unreadBytesMax) return;
      waiting += text.length;
      stderr.write(text, () => taken(text.length));
    },
    unread(): Promise<void> | undefined {
      if (waiting <= unreadBytesBusy) return undefined;
      room ??= newRoom();
      return room.promise;
    },
  };
}

function newRoom(): { promise: Promise<void>; end: () => void } {
  let end = () => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}

export function showBanner(screen: Screen, plan: Plan, redactor: Redactor): void {
  const { target, config, facts } = plan;
  screen.banner({
    version,
    session: facts.session,
    tier: tierText(plan),
    server: redactor.text(typed(wordsOf(target))).text,
    log: config.paths.logFile,
    risk: riskText(plan),
    waits: process.stdin.isTTY === true,
  });
}

function tierText({ tier: { tier, from, until = 0 }, localOnly }: Plan): string {
  if (from === 'token') return `${tier} (${localOnly ? 'local only' : 'signed in'})`;
  // Said before anybody was asked: whether there is a network shows a moment later.
  if (from === 'last-known' && tier !== 'free') return `${tier} (offline, valid until ${shortTime(until)})`;
  if (from === 'last-known') return 'free (the last sign-in is too long ago)';
  return tier === 'free' ? 'free (local only, needs no key)' : `${tier} (not signed in, telemetry off)`;
}

/** The time, and the day where it is not today. */
function shortTime(time: number): string {
  const date = new Date(time);
  const clock = date.toTimeString().slice(0, 5);
  return date.toDateString() === new Date().toDateString() ? clock : `${date.toDateString()} ${clock}`;
}

function riskText({ judgesRisk, tier, config }: Plan): string {
  const { risk_analysis } = config.settings;
  if (judgesRisk && !risk_analysis.enabled) return 'switched off; only a policy of your organisation speaks';
  if (judgesRisk) return `analysed, preset ${risk_analysis.preset}`;
  return tier.tier === 'free'
    ? 'not analysed in the free tier; KM_DEFAULT_TIER=pro switches it on'
    : 'not analysed; `km config set risk_analysis.enabled true` switches it on';
}

/** Ends when all that was said on stderr has left, or nobody has read it for a while. */
export function lastWords(): Promise<void> {
  const { stderr } = process;
  if (stderr.writableLength === 0 || !stderr.writable) return Promise.resolve();
  return new Promise((resolve) => {
    setTimeout(resolve, lastWordsMs);
    stderr.write('', () => resolve());
  });
}
