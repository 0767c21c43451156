import { TelemetryEvent } from '@kilometers/core/api/events.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Draft } from '../message/draft.ts';
import { EventMaker } from './event-maker.ts';

const run = '019abc';
const time = Date.UTC(2026, 0, 1);
const token = `ghp_${'a1B2'.repeat(9)}`;

/** The events that drafts come to, each checked against the contract. */
function eventsOf(drafts: readonly Draft[], { includeContent = false, tags = {} } = {}) {
  const events: TelemetryEvent[] = [];
  const facts = { run, session: 'work', server: 'files', km: '1.0.0', tags };
  const emit = (json: string) => void events.push(v.parse(TelemetryEvent, JSON.parse(json)));
  const maker = new EventMaker({ facts, redactor: createRedactor(), includeContent, emit });
  maker.learnt({ client: { name: 'inspector', version: '2' }, protocol: '2025-11-25' });
  for (const draft of drafts) maker.see(draft);
  return { events, maker };
}

const request = (seq: number, more: Partial<Draft> = {}): Draft => ({
  ...{ kind: 'request', time, seq, dir: 'c2s', id: seq, call: seq, method: 'tools/call', tool: 'read', bytes: 100 },
  ...{ outcome: 'forwarded', ...more },
});
const response = (seq: number, call: number, more: Partial<Draft> = {}): Draft => ({
  ...{ kind: 'response', time: time + 5, seq, dir: 's2c', id: call, call, method: 'tools/call', tool: 'read' },
  ...{ bytes: 300, ms: 5, status: 'ok', outcome: 'forwarded', ...more },
});
const body = (text: string) => ({ bytes: new TextEncoder().encode(text), json: true });
const brief = (events: readonly TelemetryEvent[]) =>
  events.map(({ id, kind, status, outcome }) => ({ id: id.slice(run.length + 1), kind, status, outcome }));

test('an exchange is one event, with all that is known of it and no message', () => {
  const { events } = eventsOf([request(1, { body: body('{"secret":"plan"}') }), response(2, 1)], {
    tags: { team: 'web' },
  });
  expect(events).toEqual([
    {
      id: `${run}:1`,
      kind: 'exchange',
      ts: '2026-01-01T00:00:00.000Z',
      run,
      session: 'work',
      server: 'files',
      client: { name: 'inspector', version: '2' },
      protocol: '2025-11-25',
      dir: 'c2s',
      method: 'tools/call',
      tool: 'read',
      ms: 5,
      bytes_in: 100,
      bytes_out: 300,
      status: 'ok',
      outcome: 'forwarded',
      tags: { team: 'web' },
      km: '1.0.0',
    },
  ]);
});

test('a call with retries, or a task with its polls, is one event, and its bytes are added up', () => {
  const { events } = eventsOf([
    request(1),
    response(2, 1, { status: 'input_required' }),
    request(3, { call: 1 }),
    response(4, 1, { ms: 9, wait_ms: 70 }),
  ]);
  expect(events).toMatchObject([{ ms: 9, wait_ms: 70, bytes_in: 200, bytes_out: 600, status: 'ok' }]);
});

test('the elements of a batch are told apart', () => {
  const parts = ['a', 'b'].map((id) => ({ kind: 'request' as const, id, call: 1, method: 'tools/call', tool: id }));
  const answers = parts.map((part) => ({ ...part, kind: 'response' as const, ms: 1, status: 'ok' as const }));
  const { events } = eventsOf([
    { kind: 'batch', time, seq: 1, dir: 'c2s', bytes: 50, outcome: 'forwarded', parts },
    { kind: 'batch', time, seq: 2, dir: 's2c', bytes: 60, outcome: 'forwarded', parts: answers },
  ]);
  expect(events.map(({ id, tool, bytes_in }) => ({ id, tool, bytes_in }))).toEqual([
    { id: `${run}:1.0`, tool: 'a', bytes_in: 50 },
    { id: `${run}:1.1`, tool: 'b', bytes_in: 0 },
  ]);
});

test('what was stopped, cancelled or never answered is an exchange too, once', () => {
  const { events, maker } = eventsOf([
    request(1, { outcome: 'blocked' }),
    request(2),
    {
      kind: 'notification',
      time,
      seq: 3,
      dir: 'c2s',
      method: 'notifications/cancelled',
      call: 2,
      outcome: 'forwarded',
    },
    response(4, 2, { cancelled: true }),
    request(5),
    request(6),
    response(7, 6, { outcome: 'blocked' }),
  ]);
  maker.end(time, { exit: 0 });
  expect(brief(events)).toEqual([
    { id: '1', kind: 'exchange', status: 'error', outcome: 'blocked' },
    { id: '2', kind: 'exchange', status: 'cancelled', outcome: 'forwarded' },
    { id: '6', kind: 'exchange', status: 'ok', outcome: 'blocked' },
    { id: '5', kind: 'exchange', status: 'unanswered', outcome: 'forwarded' },
    { id: 'session', kind: 'session', status: undefined, outcome: undefined },
  ]);
});

test('a decision is an event of its own; the findings of a call are told with the call, once', () => {
  const finding = { rule: 'files.sensitive', owasp: 'MCP05', weight: 0.9, reason: 'a key', evidence: 'id_rsa' };
  const findings = [{ ...finding, at: { pointer: '', start: 0, end: 1 } }];
  const by: Draft['by'] = [{ by: 'risk', verdict: 'block', reason: 'a key' }];
  const judged = { by, risk: 0.9, findings, outcome: 'blocked' } as const;
  const { events } = eventsOf([
    request(1, judged),
    { kind: 'notification', time, seq: 2, dir: 's2c', method: 'notifications/message', ...judged },
  ]);
  const { evidence: _, ...told } = finding;
  expect(events.map(({ id, by, findings }) => ({ id, by, findings }))).toEqual([
    { id: `${run}:1.decision`, by, findings: undefined },
    { id: `${run}:1`, by: undefined, findings: [told] },
    { id: `${run}:2.decision`, by, findings: [told] },
  ]);
});

test('samples of resources and the events of filters are told with their fields', () => {
  const { events, maker } = eventsOf([
    { kind: 'resources', time, seq: 7, km: { cpu_ms: 10, rss: 1000 }, child: { cpu_ms: 1, rss: 2 } },
  ]);
  maker.custom('my-filter', 'cache.hit', { size: 3 }, time);
  expect(events.map(({ id, name, fields }) => ({ id, name, fields }))).toEqual([
    { id: `${run}:7`, name: undefined, fields: { km: { cpu_ms: 10, rss: 1000 }, child: { cpu_ms: 1, rss: 2 } } },
    { id: `${run}:c1`, name: 'my-filter.cache.hit', fields: { size: 3 } },
  ]);
});

test('secrets are taken out wherever they stand, also where a text is cut; what is long is within the contract', () => {
  const long = 'x'.repeat(390);
  const { events, maker } = eventsOf(
    [
      request(1, { tool: `${long}${token}`, by: [{ by: 'f', verdict: 'pass', reason: `${long}${token}${long}` }] }),
      response(2, 1),
    ],
    { tags: { token: 'hunter2-of-the-team', where: token } },
  );
  maker.custom('f', 'x', { url: `https://me:${token}@x`, password: 'correct horse', many: 'y'.repeat(20_000) }, time);
  const text = JSON.stringify(events);
  expect(events).toHaveLength(3);
  for (const secret of [token.slice(0, 12), 'hunter2', 'correct horse']) expect(text).not.toContain(secret);
});

test('with include_content the messages go along, redacted; a long one as its beginning', () => {
  const { events } = eventsOf(
    [
      request(1, { body: body(`{"params":{"key":"${token}","n":1.50}}`) }),
      response(2, 1, { body: body(`{"result":"${'z'.repeat(70_000)}"}`) }),
    ],
    { includeContent: true },
  );
  expect(events[0]?.content).toEqual({
    request: { params: { key: expect.stringContaining('[redacted'), n: 1.5 } },
    response: expect.stringMatching(/^.{65536}$/),
  });
});
