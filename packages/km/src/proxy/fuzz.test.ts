import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { presetPolicy } from '@kilometers/core/policy/preset.ts';
import { createEngine } from '@kilometers/core/risk/assess.ts';
import { expect, test } from 'vitest';
import { createMutator } from '../../test/mutations.ts';
import { saidByClient, saidByServer } from '../../test/ordinary-messages.ts';
import { judgeRisk } from '../filters/judge-risk.ts';
import { knowledgeInMemory } from '../knowledge/open-knowledge.ts';
import { Exchanges } from '../message/exchange.ts';
import { type Direction, Message, type Rpc } from '../message/message.ts';
import { block, type Filter, type Outcome, pass, replace, type Verdict } from '../pipeline/filter.ts';
import { rule } from '../pipeline/rule.ts';
import { judgesOf } from '../pipeline/settle.ts';
import { type Channel, join } from './join.ts';
import { judgeLines } from './judge-lines.ts';
import { openLooker } from './looker.ts';
import { Observer } from './observer.ts';

const messagesEachWay = 50_000;
const messagesInTwoOrders = 10_000;

/** Stops one tool, whatever other filters make of the message before it. */
const guard: Filter = {
  name: 'guard',
  onFailure: 'block',
  judge: ({ all }) => (all.some(isForbidden) ? block('it is forbidden.') : pass),
};

const forbidden: Rpc = { id: 1, method: 'tools/call', params: { name: 'forbidden' } };

/** What filters that others wrote may do: by turns it passes, changes, asks, refuses, waits, throws and talks nonsense. */
function hostile(pick: (below: number) => number): Filter {
  const turns: readonly (() => Verdict | Promise<Verdict>)[] = [
    () => Promise.resolve(pass),
    () => new Promise((resolve) => setImmediate(() => resolve(pass))),
    () => Promise.reject(new Error('for a test')),
    () => ({ kind: 'ask', reason: 'Who knows?' }),
    () => block(''),
    () => replace(forbidden, 'to get past the guard'),
    () => replace([{ id: 2, method: 'ping' }, forbidden], 'to get past the guard in company'),
    () => undefined as never,
    () => ({ kind: 'replace', rpc: 'text', reason: 1 }) as never,
    () => {
      throw 'no error';
    },
  ];
  // Most of the time it passes: a stream in which much is refused shows little.
  return { name: 'hostile', onFailure: 'pass', judge: () => (turns[pick(100)] ?? (() => pass))() };
}

/** What km itself judges by, at its strictest, with a past of its own. */
function riskJudge(): Filter {
  const knowledge = knowledgeInMemory(() => 0)({ name: 'fuzz', command: 'fuzz' });
  const settings = { preset: 'strict', threshold: 0.8, block_high_risk: true, transform: true } as const;
  return judgeRisk({
    engine: createEngine({ knowledge }),
    policy: presetPolicy(settings),
    enforces: () => true,
    session: () => ({ name: 'fuzz', tags: {} }),
    server: { name: 'fuzz', command: 'fuzz' },
    listing: { mode: 'hide', threshold: settings.threshold, stateOf: (tool) => knowledge.toolState(tool) },
  });
}

test('of 100,000 mutated messages each is dealt with once, in order, and what is forbidden never arrives', async () => {
  const mutators = { c2s: createMutator(1, saidByClient), s2c: createMutator(2, saidByServer) };
  const said = { c2s: lines(mutators.c2s.line), s2c: lines(mutators.s2c.line) };
  const filters = [riskJudge(), hostile(mutators.s2c.pick), guard];
  const { dealtWith, arrived } = await talk(said, filters, mutators.c2s.pick);

  for (const dir of ['c2s', 's2c'] as const) {
    const here = dealtWith.filter((line) => line.dir === dir);
    const inOrder = here.filter(({ outOfTurn }) => !outOfTurn).map(({ came }) => came);
    const overtaken = here.filter(({ outOfTurn }) => outOfTurn).map(({ came }) => came);
    expect(without(said[dir], inOrder).sort()).toEqual(overtaken.sort());
    const ofKilometers = without(
      arrived[dir],
      here.flatMap(({ went }) => went ?? []),
    );
    expect(ofKilometers.filter((line) => !isOwn(line))).toEqual([]);
  }
  expect(arrived.c2s.flatMap(messagesIn).filter(isForbidden)).toEqual([]);
  const outcomes = new Set(dealtWith.map(({ outcome }) => outcome));
  expect(outcomes).toEqual(new Set(['forwarded', 'changed', 'answered', 'blocked', 'taken']));
  const judges = new Set(dealtWith.flatMap(({ decidedBy }) => decidedBy));
  expect(judges).toEqual(new Set(['km', 'risk', 'hostile', 'guard', 'person']));
}, 120_000);

test('what is decided about a message does not depend on the order of its keys', async () => {
  const mutators = { c2s: createMutator(3, saidByClient), s2c: createMutator(4, saidByServer) };
  const sessions = [benchOf(riskJudge()), benchOf(riskJudge())] as const;
  for (let count = 0; count < messagesInTwoOrders; count++) {
    const dir = count % 2 === 0 ? 'c2s' : 's2c';
    const parsed = parse(mutators[dir].line());
    if (parsed === undefined) continue;
    const [said, turned] = [JSON.stringify(parsed), withKeysTurned(parsed)];
    const [one, other] = [await sessions[0](said, dir), await sessions[1](turned, dir)];
    if (one !== other) expect({ said, ruling: other }).toEqual({ said, ruling: one });
  }
}, 120_000);

function benchOf(judge: Filter): (line: string, dir: Direction) => Promise<string> {
  const message = (dir: Direction, text: string) => {
    const head = Buffer.from(text);
    return new Message(dir, { head, bytes: head.length }, 0, 0);
  };
  const exchanges = new Exchanges(1_000);
  let seq = 0;
  return async (line, dir) => {
    const one = message(dir, line);
    const ruling = await rule(one, {
      judges: judgesOf([judge]),
      facts: { run: 'run', session: 'session', server: 'server' },
      rewrite: ({ dir: of }, rpc) => message(of, JSON.stringify(rpc)),
      asked: (response) => exchanges.asked(response, dir),
      spoken: () => true,
    });
    exchanges.track(one, ++seq);
    return withKeysTurned({ ...ruling, forward: ruling.forward ?? null }, sorted);
  };
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined; // Not every mutation leaves JSON.
  }
}

const reversed = (keys: readonly string[]) => keys.toReversed();
const sorted = (keys: readonly string[]) => keys.toSorted();

/** JSON with the keys of each object in another order. */
function withKeysTurned(value: unknown, turn = reversed): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((element) => withKeysTurned(element, turn)).join()}]`;
  const held = value as Readonly<Record<string, unknown>>;
  const members = turn(Object.keys(held)).filter((key) => held[key] !== undefined);
  return `{${members.map((key) => `${JSON.stringify(key)}:${withKeysTurned(held[key], turn)}`).join()}}`;
}

/** Lines as text of one byte a character, so that they can be compared. */
function lines(next: () => Buffer): readonly string[] {
  return Array.from({ length: messagesEachWay }, () => next().toString('latin1'));
}

interface DealtWith {
  readonly dir: Direction;
  readonly came: string;
  /** What went on; undefined when nothing did. */
  readonly went: string | undefined;
  readonly outcome: Outcome['outcome'];
  readonly decidedBy: readonly string[];
  /** A person was asked, and then others may overtake; or it was meant for km alone. */
  readonly outOfTurn: boolean;
}

type BothWays<T> = Readonly<Record<Direction, T>>;

/** Both ends say everything, in pieces of any length, through the filters. Who is asked never answers in time. */
async function talk(said: BothWays<readonly string[]>, filters: readonly Filter[], pick: (below: number) => number) {
  const client = { source: new PassThrough(), sink: new PassThrough() };
  const server = { source: new PassThrough(), sink: new PassThrough() };
  const dealtWith: DealtWith[] = [];
  const exchanges = new Exchanges(1_000);
  const observer = new Observer();
  observer.attach(
    openLooker({
      lineBytesMax: 100_000,
      nextSeq: observer.nextSeq,
      exchanges,
      onOutcome: (outcome) => dealtWith.push(dealtWithAs(outcome)),
      onStderr: () => {},
    }),
  );
  const ended: Promise<void> = new Promise((resolve) => {
    let open = 2;
    join({
      client,
      server,
      observer,
      judging: judgeLines({
        filters,
        facts: { run: 'run', session: 'session', server: 'server' },
        asked: (response, dir) => exchanges.asked(response, dir),
        spoken: () => true,
        asking: { timeoutMs: 1_000, after: soon, text: (_, reason) => reason },
        holdBytesMax: 1_000_000,
      }),
      bufferBytes: 8_192,
      pressure: () => undefined,
      onEnd: () => --open === 0 && resolve(),
      onBroken: () => {},
      onChunk: () => {},
    });
  });
  const heard = { c2s: collect(server), s2c: collect(client) };
  await Promise.all([say(client, said.c2s, pick), say(server, said.s2c, pick), ended]);
  observer.drain();
  return { dealtWith, arrived: { c2s: heard.c2s(), s2c: heard.s2c() } };
}

function soon(_: number, act: () => void): () => void {
  const turn = setImmediate(act);
  return () => clearImmediate(turn);
}

function dealtWithAs({ message, outcome, replacement, decisions }: Outcome): DealtWith {
  const came = latin1(message.raw);
  const went = { forwarded: came, changed: replacement && latin1(replacement) }[outcome as string];
  const outOfTurn = outcome === 'taken' || decisions.some(({ by }) => by === 'person');
  return { dir: message.dir, came, went, outcome, outOfTurn, decidedBy: decisions.map(({ by }) => by) };
}

async function say({ source }: Channel, said: readonly string[], pick: (below: number) => number): Promise<void> {
  const end = source as PassThrough;
  const bytes = Buffer.from(said.map((line) => `${line}\n`).join(''), 'latin1');
  for (let at = 0; at < bytes.length; ) {
    const chunk = bytes.subarray(at, at + 1 + pick(20_000));
    at += chunk.length;
    if (!end.write(chunk)) await once(end, 'drain');
  }
  end.end();
}

function collect({ sink }: Channel): () => readonly string[] {
  const chunks: Buffer[] = [];
  (sink as PassThrough).on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => latin1(Buffer.concat(chunks)).split('\n').slice(0, -1);
}

/** What is in `all` beside the lines of `part`, which must be there in their order. */
function without(all: readonly string[], part: readonly string[]): string[] {
  let next = 0;
  const rest = all.filter((line) => line !== part[next] || next++ < 0);
  expect(next).toBe(part.length);
  return rest;
}

/** As a reader would take it that ends its lines at a carriage return too. */
function messagesIn(line: string): readonly Rpc[] {
  return line.split('\r').flatMap((piece) => (piece.trim() === '' ? [] : (JSON.parse(piece) as Rpc | Rpc[])));
}

/** A refusal, a question, or that the question is not open any more. */
function isOwn(line: string): boolean {
  const { id, error, result, params } = JSON.parse(line) as Own;
  const isRefusal = error !== undefined || result?.isError === true || result?.action === 'decline';
  const isQuestion = result?.requestState?.startsWith('km-ask') ?? false;
  return isRefusal || isQuestion || [id, params?.requestId].some((of) => String(of).startsWith('km-ask'));
}

interface Own {
  readonly id?: unknown;
  readonly error?: { readonly code: number };
  readonly result?: { readonly isError?: boolean; readonly action?: string; readonly requestState?: string };
  readonly params?: { readonly requestId?: unknown };
}

function isForbidden({ method, params }: Rpc): boolean {
  return method === 'tools/call' && (params as { name?: unknown } | null | undefined)?.name === 'forbidden';
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
