import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createMutator } from '../../test/mutations.ts';
import { saidByClient, saidByServer } from '../../test/ordinary-messages.ts';
import { Exchanges } from '../message/exchange.ts';
import type { Direction, Rpc } from '../message/message.ts';
import { block, type Filter, type Outcome, pass, replace, type Verdict } from '../pipeline/filter.ts';
import { blockedCode } from '../pipeline/refusal.ts';
import { type Channel, join } from './join.ts';
import { Observer } from './observer.ts';

const messagesEachWay = 50_000;

/** Stops one tool, whatever other filters make of the message before it. */
const guard: Filter = {
  name: 'guard',
  onFailure: 'block',
  judge: ({ all }) => (all.some(isForbidden) ? block('it is forbidden.') : pass),
};

const forbidden: Rpc = { id: 1, method: 'tools/call', params: { name: 'forbidden' } };

/** What filters that others wrote may do: by turns it passes, changes, refuses, waits, throws and talks nonsense. */
function hostile(pick: (below: number) => number): Filter {
  const turns: readonly (() => Verdict | Promise<Verdict>)[] = [
    () => Promise.resolve(pass),
    () => new Promise((resolve) => setImmediate(() => resolve(pass))),
    () => Promise.reject(new Error('for a test')),
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
  return { name: 'hostile', onFailure: 'pass', judge: () => (turns[pick(90)] ?? (() => pass))() };
}

test('of 100,000 mutated messages each is dealt with once, in order, and what is forbidden never arrives', async () => {
  const mutators = { c2s: createMutator(1, saidByClient), s2c: createMutator(2, saidByServer) };
  const said = { c2s: lines(mutators.c2s.line), s2c: lines(mutators.s2c.line) };
  const { dealtWith, arrived } = await talk(said, [hostile(mutators.s2c.pick), guard], mutators.c2s.pick);

  for (const dir of ['c2s', 's2c'] as const) {
    const here = dealtWith.filter((line) => line.dir === dir);
    expect(here.map(({ came }) => came).join('\n') === said[dir].join('\n')).toBe(true);
    const left = here.flatMap(({ went }) => went ?? []);
    const answers = without(arrived[dir], left);
    expect(answers.filter((line) => !isRefusal(line))).toEqual([]);
  }
  expect(arrived.c2s.flatMap(messagesIn).filter(isForbidden)).toEqual([]);
  expect(new Set(dealtWith.map(({ outcome }) => outcome))).toEqual(
    new Set(['forwarded', 'changed', 'answered', 'blocked']),
  );
}, 120_000);

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
}

type BothWays<T> = Readonly<Record<Direction, T>>;

/** Both ends say everything, in pieces of any length, through the filters. */
async function talk(said: BothWays<readonly string[]>, filters: readonly Filter[], pick: (below: number) => number) {
  const client = { source: new PassThrough(), sink: new PassThrough() };
  const server = { source: new PassThrough(), sink: new PassThrough() };
  const dealtWith: DealtWith[] = [];
  const exchanges = new Exchanges(1_000);
  const observer = new Observer(100_000);
  observer.attach({ exchanges, onOutcome: (outcome) => dealtWith.push(dealtWithAs(outcome)), onStderr: () => {} });
  const ended: Promise<void> = new Promise((resolve) => {
    let open = 2;
    join({
      client,
      server,
      filters,
      facts: { run: 'run', session: 'session', server: 'server' },
      observer,
      asked: (response, dir) => exchanges.asked(response, dir),
      asking: { timeoutMs: 45_000, after: () => () => {}, text: () => '' },
      bufferBytes: 8_192,
      holdBytesMax: 1_000_000,
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

function dealtWithAs({ message, outcome, replacement }: Outcome): DealtWith {
  const came = latin1(message.raw);
  const went = { forwarded: came, changed: replacement && latin1(replacement) }[outcome as string];
  return { dir: message.dir, came, went, outcome };
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

function isRefusal(line: string): boolean {
  const { error, result } = JSON.parse(line) as {
    error?: { code: number };
    result?: { isError?: boolean; action?: string };
  };
  return error?.code === blockedCode || result?.isError === true || result?.action === 'decline';
}

function isForbidden({ method, params }: Rpc): boolean {
  return method === 'tools/call' && (params as { name?: unknown } | null | undefined)?.name === 'forbidden';
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
