import { KmError } from '@kilometers/core/errors.ts';
import { afterUnref } from '../after.ts';
import { now } from '../clock.ts';
import { serverAddress } from '../connect/address.ts';
import { givenHeaders } from '../connect/given-headers.ts';
import { Observer } from '../proxy/observer.ts';
import type { Conversation } from '../relay/conversation.ts';
import { openRelay } from '../relay/open-relay.ts';
import { type Route, readRoute } from '../relay/route.ts';
import type { Invocation } from './command.ts';
import { openFaults } from './faults.ts';
import { runPlan } from './listen-session.ts';
import { type Judges, openJudges } from './monitor-judges.ts';
import type { Behind } from './monitor-listen.ts';
import { type Plan, planFor, withTier } from './monitor-plan.ts';
import { openWatch } from './monitor-watch.ts';
import type { ProcessParts } from './process-parts.ts';

/**
 * What `km monitor --listen --url` stands before: servers elsewhere, by path.
 *
 * @throws KmError `usage.bad-value`, `config.*`
 */
export async function behindRoutes(invocation: Invocation): Promise<Behind> {
  const routes = routesOf(invocation);
  const [first] = routes;
  if (first === undefined) throw new Error('There is no route.');
  // Of several, the first stands for all of them: each run names its own.
  const plan = await planFor(invocation, { url: first.url.href }, nameOf(first));
  const { listen, log, hold } = plan.config.settings;
  const given = givenHeaders(many(invocation.options.header), invocation.env);
  return {
    plan,
    paths: routes.map(({ path }) => path),
    open: (basics) =>
      openRelay({
        ...basics,
        routes,
        given,
        open: (route) => openConversation({ plan: planAt(plan, route, routes), invocation, parts: basics.parts }),
        sessionsMax: listen.max_sessions,
        requestsMax: listen.max_requests,
        bodyBytesMax: listen.max_body,
        keptBytesMax: log.max_message,
        holdBytesMax: hold.max_bytes,
        idleSeconds: listen.idle_timeout,
        after: afterUnref,
        now,
        onFault: basics.parts.screen.fault,
      }),
  };
}

function routesOf({ options, rest }: Invocation): Route[] {
  if (rest !== undefined && rest.length > 0) {
    throw new KmError('usage.bad-value', 'Give either --url or a program, not both.');
  }
  if (options.node !== undefined) {
    throw new KmError('usage.bad-value', '--node goes with a program: sessions of a server elsewhere are named by it.');
  }
  const url = text(options.url) ?? text(options.upstream);
  const routes = many(options.route).map(readRoute);
  const all = url === undefined ? routes : [{ path: '/mcp', url: serverAddress(url) }, ...routes];
  const paths = new Set(all.map(({ path }) => path));
  if (paths.size < all.length) throw new KmError('usage.bad-value', 'Each path can lead to one server only.');
  return all;
}

/** By its path, or by its host where it is the only one. */
function nameOf({ path, url }: Route): string {
  return path === '/mcp' ? url.host : path.slice(1);
}

function planAt(plan: Plan, route: Route, routes: readonly Route[]): Plan {
  const server = routes.length === 1 ? plan.facts.server : nameOf(route);
  return { ...plan, target: { url: route.url.href }, facts: { ...plan.facts, server } };
}

interface Opened {
  readonly plan: Plan;
  readonly invocation: Invocation;
  readonly parts: ProcessParts;
}

/** A run of its own for each session, with a chain of its own in the log, as behind stdio. */
async function openConversation(opened: Opened): Promise<Conversation> {
  const { invocation, parts } = opened;
  const { env, cwd } = invocation;
  const plan = withTier(runPlan(opened.plan), parts.account.tier);
  const faults = openFaults();
  const openThem = (wanted: Plan) => openJudges({ plan: wanted, env, cwd, onFault: faults.tell });
  const judges = plan.judges ? await openThem(plan) : undefined;
  const observer = new Observer();
  const watch = openWatch({
    ...{ plan, env, observer, judges, faults, ...parts },
    openJudges: openThem,
    beginJudging: (later) => {
      judge = judging(later);
    },
  });
  const { exchanges } = watch;
  const judging = (by: Judges | undefined) =>
    by?.judgingMessages(
      { asked: (response, dir, scope) => exchanges.asked(response, dir, scope), spoken: () => true },
      observer,
    );
  let judge = judging(judges);
  return {
    run: plan.facts.run,
    /** As it is now: judging may begin while the conversation goes on. */
    get judge() {
      return judge;
    },
    seen(message, delivered) {
      const outcome = delivered ? 'forwarded' : 'undelivered';
      observer.settled({ message, outcome, decisions: [], replacement: undefined, risk: undefined });
    },
    said: (dir, bytes, origin) => observer.own(dir, bytes, origin),
    pressure: () => observer.pressure(),
    close: () => watch.close({ status: 0, signal: undefined }),
  };
}

function text(value: Invocation['options'][string]): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function many(value: Invocation['options'][string]): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
