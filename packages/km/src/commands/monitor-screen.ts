import type { Redactor } from '@kilometers/core/redact.ts';
import { afterUnref } from '../after.ts';
import { now } from '../clock.ts';
import { openScreen, type Screen } from '../tui/screen.ts';
import { typed } from '../tui/typed.ts';
import { version } from '../version.ts';
import type { Invocation } from './command.ts';
import type { Plan } from './monitor-plan.ts';

/** That much of km's own words may wait for a reader of stderr; what comes beyond is dropped. */
const unreadBytesMax = 1_048_576;

/** How long km waits at its end for its last words to be read. */
const lastWordsMs = 250;

/** What `km monitor` shows on its stderr. Off a terminal, where `log_level` wants only warnings, it is silent. */
export function openMonitorScreen(plan: Plan, redactor: Redactor, env: Invocation['env']): Screen {
  const { stdin, stdout, stderr } = process;
  const terminal = stderr.isTTY === true;
  stderr.on('error', () => {}); // Whoever read it has gone; the traffic goes on.
  const screen = openScreen({
    terminal,
    live: !stdin.isTTY && !stdout.isTTY,
    columns: () => stderr.columns ?? 80,
    colour: terminal && !env.NO_COLOR,
    verbose: plan.verbose,
    write: (text) => {
      if (stderr.writableLength < unreadBytesMax) stderr.write(text);
    },
    clock: { time: Date.now, at: now },
    after: afterUnref,
    redact: (text) => redactor.text(text).text,
  });
  const silent = !terminal && ['error', 'warn'].includes(plan.config.settings.log_level);
  return silent ? { ...screen, banner: () => {}, summary: () => {} } : screen;
}

export function showBanner(screen: Screen, { command, args, config, facts }: Plan, redactor: Redactor): void {
  const tier = config.settings.default_tier;
  screen.banner({
    version,
    session: facts.session,
    tier: tier === 'free' ? 'free (local only, needs no key)' : tier,
    server: redactor.text(typed([command, ...args])).text,
    log: config.paths.logFile,
    waits: process.stdin.isTTY === true,
  });
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
