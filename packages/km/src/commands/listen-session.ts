import type { ClientEnd, Served } from '../listen/served.ts';
import type { StartJudging } from '../proxy/join.ts';
import { Observer } from '../proxy/observer.ts';
import { passStderr } from '../proxy/pass-stderr.ts';
import { newRunId, runIn } from '../proxy/run-id.ts';
import { runSession } from '../proxy/session.ts';
import { spawnChild } from '../transport/child.ts';
import { childEnd } from '../transport/child-end.ts';
import type { Invocation } from './command.ts';
import { openFaults } from './faults.ts';
import { openJudges } from './monitor-judges.ts';
import { childEnvironment, type Plan, programOf, withTier } from './monitor-plan.ts';
import { openWatch } from './monitor-watch.ts';
import type { ProcessParts } from './process-parts.ts';

const ms = (seconds: number) => seconds * 1_000;

export interface ListenSession {
  /** Of the whole process; each session is a run of its own. */
  readonly plan: Plan;
  readonly invocation: Invocation;
  readonly parts: ProcessParts;
}

/**
 * Starts a server behind a client end, watched and judged as behind stdio: a run of its own, with a chain of its own in the
 * log.
 *
 * @throws KmError `program.*`, `policy.*`, `plugin.*`, `webhook.*`
 */
export async function openListenSession(session: ListenSession, client: ClientEnd, hop?: string): Promise<Served> {
  const { invocation, parts } = session;
  const { env, cwd } = invocation;
  const own = withTier(runPlan(session.plan), parts.account.tier);
  const plan = { ...own, ...(hop !== undefined && { via: runIn(hop) }) };
  const { command, args } = programOf(plan);
  const { settings } = plan.config;
  const faults = openFaults();
  const open = (opened: Plan) => openJudges({ plan: opened, env, cwd, onFault: faults.tell });
  const judges = plan.judges ? await open(plan) : undefined;
  const child = await spawnChild(command, args, childEnvironment(command, env, plan.facts.run));
  const observer = new Observer();
  const stderr = passStderr(child.stderr, observer);
  let beginJudging: (judging: StartJudging) => void = () => {};
  const watch = openWatch({
    ...{ plan, env, pid: child.pid, stderr, observer, judges, faults, ...parts },
    openJudges: open,
    beginJudging: (later, session) => {
      const judging = later.judging(session);
      if (judging) beginJudging(judging);
    },
  });
  let stop = () => {};
  const running = runSession({
    client,
    server: childEnd(child),
    observer,
    judging: judges?.judging({ asked: (response, dir) => watch.exchanges.asked(response, dir), spoken: watch.spoken }),
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
    spoken: watch.spoken,
    waiting: () => watch.exchanges.openCount('c2s') > 0,
    clientLost: () => false,
    onSignal: (take) => {
      stop = () => take('SIGTERM');
    },
  });
  return {
    ended: running.then((exit) => ({ said: saidOf(exit) })),
    // The clients first: they wait, and what they are told is to be on record too.
    closed: running.then(async (exit) => {
      await new Promise(setImmediate);
      await watch.close(exit);
    }),
    said: (bytes) => observer.own('s2c', bytes),
    stop: () => stop(),
    kill: () => child.kill('SIGKILL'),
  };
}

/** The plan of one of many runs. */
export function runPlan(plan: Plan): Plan {
  const run = newRunId(Date.now());
  const { session, server } = plan.facts;
  // Without a label of its own a session is called after its run.
  return { ...plan, facts: { run, server, session: session === plan.facts.run ? run : session } };
}

function saidOf({ status, signal }: { readonly status: number; readonly signal: NodeJS.Signals | undefined }): string {
  return signal === undefined ? `The server ended with status ${status}.` : `The server was ended by ${signal}.`;
}
