import { KmError } from '@kilometers/core/errors.ts';
import { createRedactor, type Redactor } from '@kilometers/core/redact.ts';
import type { Account } from '../account/account.ts';
import { afterUnref } from '../after.ts';
import type { Config } from '../config/load.ts';
import { type Ends, learn } from '../filters/learn.ts';
import { draftOfOwn, record } from '../filters/record.ts';
import { openLog } from '../log/append.ts';
import type { KeyedSeal } from '../log/keyed-seal.ts';
import type { LogWriter } from '../log/writer.ts';
import type { Draft } from '../message/draft.ts';
import { Exchanges } from '../message/exchange.ts';
import type { Rpc } from '../message/message.ts';
import type { Filter, Outcome } from '../pipeline/filter.ts';
import { openLooker, type StderrLine } from '../proxy/looker.ts';
import type { Observer } from '../proxy/observer.ts';
import type { StderrPassage } from '../proxy/pass-stderr.ts';
import { showTo } from '../proxy/watch.ts';
import { watchResources } from '../resources/watch-resources.ts';
import type { ServerExit } from '../transport/server-end.ts';
import { version } from '../version.ts';
import type { Faults } from './faults.ts';
import { type FollowedRun, followTier } from './follow-tier.ts';
import type { ProcessFigures } from './monitor-figures.ts';
import type { Judges } from './monitor-judges.ts';
import { type Plan, wordsOf } from './monitor-plan.ts';
import { lastWords, type MonitorScreen, openMonitorScreen, showBanner } from './monitor-screen.ts';
import { openRunFigures } from './run-figures.ts';
import { openRunTelemetry } from './run-telemetry.ts';
import { type SealLater, sealLater } from './seal-later.ts';
import { signInLater } from './sign-in-later.ts';

/** What looks at the traffic of one run, keeps it and shows it. */
export interface Watch {
  readonly account: Account;
  readonly log: LogWriter;
  readonly exchanges: Exchanges;
  /** True once a JSON-RPC message was seen. */
  spoken(): boolean;
  /** What the client said when it began, if it has. */
  initialize(): Rpc | undefined;
  /** Whoever judges from now on also hears what was seen. */
  adopt(judges: Judges): void;
  /** Looks at what is left, ends the record and says the last words. */
  close(exit: ServerExit): Promise<void>;
}

interface Watched {
  readonly plan: Plan;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The server's process and its stderr, where it is a program of this machine. */
  readonly pid?: number | undefined;
  readonly stderr?: StderrPassage | undefined;
  readonly observer: Observer;
  readonly judges: Judges | undefined;
  /** Where the tier comes to allow it while the run goes on: opens what judges, and has messages judged from then on. */
  readonly openJudges: (plan: Plan) => Promise<Judges>;
  readonly beginJudging: FollowedRun['begin'];
  /** Who is signed in, for a process that has many runs; a run of its own signs in itself. */
  readonly account?: Account;
  readonly faults: Faults;
  /** The screen of a process that has many runs; a run of its own opens one, and has the first and the last word on it. */
  readonly screen?: MonitorScreen;
  /** Its figures, likewise. */
  readonly processFigures?: ProcessFigures | undefined;
  /** How its logs are sealed, likewise. */
  readonly seal?: SealLater;
}

export function openWatch(watched: Watched): Watch {
  const { plan, env, pid, stderr, observer, faults, screen: shared, processFigures } = watched;
  let { judges } = watched;
  const { target, config, facts, tags, via } = plan;
  const { settings } = config;
  const redactor = redactorOf(config);
  const screen = shared ?? openMonitorScreen(plan, redactor, env);
  const log = openSessionLog(plan, redactor, screen.fault);
  if (shared === undefined) {
    showBanner(screen, plan, redactor);
    for (const warning of config.warnings) screen.fault(warning);
  }
  faults.hear(screen.fault);
  const launch = launchOf(judges);
  if (launch) screen.note(`The launch command was noted: ${launch.reason}`);
  const about = { km: version, command: wordsOf(target), tier: plan.tier.tier, tags };
  log.describe({ info: { ...about, ...(launch && { launch }) } });
  const sealWith = (seal: KeyedSeal) => log.sealWith(seal);
  const stopSealing = watched.seal?.(sealWith) ?? sealLater({ config, env, sealWith });

  const account = watched.account ?? signInLater({ plan, env, note: screen.note, warn: screen.fault });
  const telemetry = openRunTelemetry({ plan, account, onFault: screen.fault });
  const keep = (draft: Draft) => {
    log.append(draft);
    telemetry?.see(draft);
  };

  let protocol: string | undefined;
  const figures = openRunFigures({
    plan,
    shared: processFigures,
    contexts: judges?.contexts,
    redactor,
    protocol: () => protocol,
    log: () => log.counts,
    outboxDropped: () => telemetry?.dropped ?? 0,
    onFault: screen.fault,
  });
  let spoken = false;
  let initialize: Rpc | undefined;
  let ends: Ends | undefined;
  const filters: readonly Filter[] = [
    watcher('spoken', ({ exchanges }) => {
      if (exchanges.length > 0) spoken = true;
    }),
    watcher('initialize', ({ message, exchanges: [exchange] }) => {
      if (initialize === undefined && message.dir === 'c2s' && exchange?.method === 'initialize')
        initialize = message.rpc;
    }),
    learn((known) => {
      ends = known;
      const { client, ...info } = known;
      protocol = known.protocol;
      judges?.learnt(known);
      telemetry?.learnt(known);
      log.describe({ ...(client && { client }), info: { ...info } });
    }),
    record((draft) => keep(via === undefined || draft.via !== undefined ? draft : { ...draft, via })),
    screen.filter,
    ...(figures ? [figures.filter] : []),
  ];
  const exchanges = new Exchanges(settings.proxy.timeout * 1_000);
  const context = { ...facts, asked: undefined, risk: undefined, signal: new AbortController().signal };
  const show = showTo(filters, context, screen.fault);
  let showJudges = showTo(judges?.filters ?? [], context, screen.fault);
  // A profile that cannot be had is a fault like others: the traffic goes on.
  const unprofiled = (error: Error) => screen.fault(error.message);
  const profile = plan.profile ? startProfiling(config.paths.dataFolder).catch(unprofiled) : undefined;
  const attached = Promise.all([profile, figures?.ready]).then(([started]) =>
    observer.attach(
      openLooker({
        lineBytesMax: settings.log.max_message,
        nextSeq: observer.nextSeq,
        exchanges,
        onOutcome: (outcome) => {
          show(outcome);
          showJudges(outcome);
        },
        onStderr: (line) => log.append(stderrDraft(line)),
        onOwn: (own) => {
          keep(draftOfOwn(own));
          figures?.own(own);
        },
        pressure: () => log.pressure(),
        ...(started && { time: started.stages.time }),
      }),
    ),
  );
  stderr?.showOn(screen);
  const resources = watchResources({
    intervalSeconds: settings.resources.interval,
    pid,
    onSample: (sample) => {
      keep({ kind: 'resources', time: Date.now(), seq: observer.nextSeq(), ...sample });
      figures?.sample(sample);
    },
    after: afterUnref,
  });
  const watch: Watch = {
    account,
    log,
    exchanges,
    spoken: () => spoken,
    initialize: () => initialize,
    adopt(later) {
      judges = later;
      showJudges = showTo(later.filters, context, screen.fault);
      if (ends) later.learnt(ends);
    },
    async close(exit) {
      stopSealing();
      stopFollowing();
      resources.stop();
      await Promise.all([attached, stderr?.rest()]);
      await observer.finish();
      await judges?.close();
      const end = endOf(exit, exchanges);
      await log.close(end);
      await figures?.close(exit);
      const told = await telemetry?.close({ ...end, records: log.counts.written, lost: log.counts.dropped });
      if (watched.account === undefined) account.close();
      if (shared !== undefined) return;
      screen.summary({ ...end, counts: log.counts, log: config.paths.logFile, telemetry: told });
      await (await profile)?.finish(screen.note).catch(unprofiled);
      await lastWords();
    },
  };
  const stopFollowing = followTier({
    ...{ account, plan, judges, watch, note: screen.note, warn: screen.fault },
    open: watched.openJudges,
    begin: watched.beginJudging,
  });
  return watch;
}

/** What was found in the launch command, for the record of the session. */
function launchOf(judges: Judges | undefined) {
  const { score, findings } = judges?.launch ?? { score: 0, findings: [] };
  const [heaviest] = findings;
  if (heaviest === undefined) return undefined;
  return { risk: score, reason: heaviest.reason, rules: findings.map(({ rule }) => rule) };
}

/** @throws KmError `config.invalid` when a pattern of the user's cannot be used. */
export function redactorOf({ settings, paths }: Config): Redactor {
  try {
    return createRedactor(settings.redact);
  } catch (cause) {
    const message = `${paths.configFile}: "redact.patterns" has a pattern that cannot be used.`;
    throw new KmError('config.invalid', message, { cause });
  }
}

function watcher(name: string, watch: (outcome: Outcome) => void): Filter {
  return { name, onFailure: 'pass', watch };
}

function openSessionLog({ config, facts }: Plan, redactor: Redactor, onFault: (message: string) => void): LogWriter {
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

function endOf({ status, signal }: ServerExit, exchanges: Exchanges) {
  const open = exchanges.openCount('c2s') + exchanges.openCount('s2c');
  return { open, exit: status, ...(signal && { signal }) };
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
