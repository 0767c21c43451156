import { expect, test } from 'vitest';
import type { Exchange } from '../message/exchange.ts';
import { type Direction, Message } from '../message/message.ts';
import type { Context, Outcome } from '../pipeline/filter.ts';
import { openScreen, type ScreenOptions } from './screen.ts';

const context: Context = {
  run: 'run',
  session: 'session',
  server: 'server',
  asked: undefined,
  risk: undefined,
  signal: new AbortController().signal,
};
const noon = Date.UTC(2026, 10, 22, 12, 0, 0);
const noonText = `[${new Date(noon).toTimeString().slice(0, 8)}]`;
const facts = {
  version: '0.3.0',
  session: 's1',
  tier: 'free',
  server: 'npx files',
  log: '/log',
  risk: 'not analysed',
  waits: false,
};
const end = { open: 1, exit: 0, counts: { written: 5, dropped: 0, bytes: 500 }, log: '/log' };

function screenOn(options: Partial<ScreenOptions>) {
  let text = '';
  let at = 0;
  const waiting = new Set<{ due: number; then: () => void }>();
  const screen = openScreen({
    terminal: true,
    live: true,
    columns: () => 100,
    colour: false,
    verbose: 0,
    write: (part) => {
      text += typeof part === 'string' ? part : Buffer.from(part).toString();
    },
    clock: { time: () => noon + at, at: () => at },
    after(ms, then) {
      const call = { due: at + ms, then };
      waiting.add(call);
      return () => waiting.delete(call);
    },
    redact: (raw) => raw.replaceAll('hunter2', '[redacted]'),
    ...options,
  });
  return {
    screen,
    waiting,
    watch: (outcome: Outcome) => screen.filter.watch?.(outcome, context),
    pass(ms: number) {
      at += ms;
      for (const call of [...waiting].filter(({ due }) => due <= at)) {
        waiting.delete(call);
        call.then();
      }
    },
    /** What was written since the last look. */
    written() {
      const since = text;
      text = '';
      return since;
    },
  };
}

const json = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

function outcomeOf(dir: Direction, line: string, exchange: Partial<Exchange>, more: Partial<Outcome> = {}): Outcome {
  const raw = Buffer.from(line);
  const one: Exchange = {
    ...{ kind: 'request', dir, id: 1, call: 1, method: 'initialize', tool: undefined },
    ...{ ms: undefined, waitMs: undefined, status: undefined, oddity: undefined },
    ...exchange,
  };
  const message = new Message(dir, { head: raw, bytes: raw.length }, noon, 0);
  return {
    message,
    seq: 1,
    outcome: 'forwarded',
    decisions: [],
    risk: undefined,
    exchanges: [one],
    replacement: undefined,
    ...more,
  };
}

const request = outcomeOf('c2s', '{"jsonrpc":"2.0","id":1,"method":"initialize"}', {});
const response = outcomeOf('s2c', '{"jsonrpc":"2.0","id":1,"result":{}}', { kind: 'response', ms: 12, status: 'ok' });
const refused = outcomeOf(
  'c2s',
  '{"jsonrpc":"2.0","id":7,"method":"tools/call"}',
  { id: 7, method: 'tools/call', tool: 'read_text_file' },
  { outcome: 'blocked', decisions: [{ by: 'deny-files', verdict: 'block', reason: 'private SSH key' }] },
);

test('a terminal gets the banner, then one line that is drawn over', () => {
  const { screen, watch, pass, written } = screenOn({});
  screen.banner(facts);
  expect(written()).toBe(
    'km 0.3.0   session s1   tier free\nserver     npx files\nlog        /log\nrisk       not analysed\n',
  );
  watch(request);
  watch(response);
  expect(written()).toBe('');
  pass(250);
  expect(written()).toBe('1 request  1 response  0 errors   avg 12 ms  p95 12 ms   82 B');
  watch(refused);
  expect(written()).toBe(
    `\r\x1b[J${noonText} ✗ #7 tools/call read_text_file   blocked: private SSH key (deny-files)\n`,
  );
  pass(250);
  expect(written()).toBe('2 requests  1 response  0 errors   avg 12 ms  p95 12 ms   128 B   risk: 1 blocked');
});

test('the live line is drawn at most four times a second, and only when something changed', () => {
  const { watch, pass, written, waiting } = screenOn({});
  for (let message = 0; message < 1000; message += 1) watch(request);
  expect(waiting.size).toBe(1);
  pass(250);
  expect(written()).toContain('1,000 requests');
  expect(waiting.size).toBe(0);
  pass(10_000);
  expect(written()).toBe('');
});

test('heads tell direction, id, method, tool, duration and why a call was refused', () => {
  const { watch, written } = screenOn({ verbose: 1, live: false });
  const notification = outcomeOf('c2s', '{}', {
    kind: 'notification',
    id: undefined,
    method: 'notifications/initialized',
  });
  const asked = outcomeOf('s2c', '{}', { id: '1', method: 'sampling/createMessage' });
  for (const outcome of [request, response, refused, notification, asked]) watch(outcome);
  expect(written().split('\n')).toEqual([
    `${noonText} → #1 initialize`,
    `${noonText} ← #1 initialize 12 ms`,
    `${noonText} ✗ #7 tools/call read_text_file   blocked: private SSH key (deny-files)`,
    `${noonText} → notifications/initialized`,
    `${noonText} ← #"1" sampling/createMessage`,
    '',
  ]);
});

test('bodies are redacted, cut to the terminal at -vv and whole at -vvv', () => {
  const line = `{"password":"hunter2","more":"${'x'.repeat(100)}"}`;
  const cut = screenOn({ verbose: 2, live: false, columns: () => 40 });
  cut.watch(outcomeOf('c2s', line, {}));
  expect(cut.written()).toBe(`${noonText} → #1 initialize\n  {"password":"[redacted]","more":"xxxx…\n`);
  const whole = screenOn({ verbose: 3, live: false, columns: () => 40 });
  whole.watch(outcomeOf('c2s', line, {}));
  expect(whole.written()).toBe(
    `${noonText} → #1 initialize   seq 1 call 1 132 B\n  ${line.replace('hunter2', '[redacted]')}\n`,
  );
});

test.each([1, 2, 3] as const)('nothing a message holds commands the terminal (detail %i)', (verbose) => {
  const evil = '\x1b[2J\x1b]0;title\x07\r\u009b31m\u202e\x7f\u2028';
  const outcome = outcomeOf('c2s', `{"x":"${evil}"}`, { id: evil, method: evil, tool: evil });
  for (const terminal of [true, false]) {
    const { watch, written } = screenOn({ terminal, live: false, verbose });
    watch({ ...outcome, decisions: [{ by: evil, verdict: 'pass', reason: evil }] });
    expect(written().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
  }
});

test('off a terminal every line is JSON: the start, what is wrong, and the end with its numbers', () => {
  const { screen, watch, pass, written } = screenOn({ terminal: false });
  screen.banner(facts);
  for (const outcome of [request, response, refused]) watch(outcome);
  screen.fault('The log cannot be written.');
  pass(1500);
  screen.summary(end);
  expect(json(written())).toEqual([
    expect.objectContaining({ timestamp: '2026-11-22T12:00:00.000Z', level: 'info', target: 'monitor', session: 's1' }),
    expect.objectContaining({ level: 'warn', message: expect.stringContaining('blocked: private SSH key') }),
    expect.objectContaining({ level: 'warn', message: 'The log cannot be written.' }),
    expect.objectContaining({ level: 'info', requests: 2, responses: 1, blocked: 1, unanswered: 1, duration_ms: 1500 }),
  ]);
});

test('the server’s stderr passes as it is, and km keeps out of its unfinished lines', () => {
  const { screen, watch, pass, written } = screenOn({});
  watch(request);
  pass(250);
  written();
  screen.passThrough(Buffer.from('half'));
  pass(250);
  expect(written()).toBe('\r\x1b[Jhalf');
  screen.passThrough(Buffer.from(' done\n'));
  pass(250);
  expect(written()).toBe(' done\n1 request  0 responses  0 errors   46 B');
  screen.passThrough(Buffer.from('half'));
  screen.fault('late');
  expect(written()).toBe('\r\x1b[Jhalf\nwarning: late\n');
});

test('a terminal that became narrower is cleared of every row the line was wrapped to', () => {
  let columns = 100;
  const { watch, pass, written } = screenOn({ columns: () => columns });
  watch(request);
  watch(response);
  pass(250);
  written();
  columns = 30;
  watch(request);
  pass(250);
  expect(written()).toBe('\x1b[2A\r\x1b[J2 requests  1 response');
});

test('after the summary nothing is drawn any more', () => {
  const { screen, watch, pass, written, waiting } = screenOn({});
  watch(request);
  watch(response);
  pass(250);
  screen.summary(end);
  written();
  watch(request);
  pass(1000);
  expect([written(), waiting.size]).toEqual(['', 0]);
});

test('the summary tells how it ended, what went by and where the record is', () => {
  const { screen, watch, written } = screenOn({ live: false });
  for (const outcome of [request, response, refused]) watch(outcome);
  screen.summary({ ...end, exit: null, signal: 'SIGKILL', counts: { written: 5, dropped: 2, bytes: 1 } });
  expect(written().split('\n').slice(1)).toEqual([
    'ended      after 0 ms, server ended by SIGKILL',
    'traffic    2 requests  1 response  0 errors  1 unanswered',
    '           avg 12 ms  p95 12 ms   → 92 B  ← 36 B',
    'risk       1 blocked',
    'log        5 records in /log, 2 lost',
    '',
  ]);
});

test('colour is off unless it is asked for', () => {
  const { watch, written } = screenOn({ verbose: 1, live: false, colour: true });
  watch(refused);
  expect(written()).toContain('\x1b[31mblocked: private SSH key (deny-files)\x1b[0m');
});

test('a line that is no message, an empty one and a batch are shown as what they are', () => {
  const { watch, written } = screenOn({ verbose: 1 });
  const line = (text: string, exchanges: readonly Exchange[] = []): Outcome => ({
    ...outcomeOf('s2c', text, {}),
    exchanges,
  });
  watch(line('Listening on stdio'));
  watch(line(''));
  watch(line('[{"method":"a"}]', outcomeOf('s2c', '', { id: undefined, method: 'a' }).exchanges));
  const rows = written()
    .split('\n')
    .map((row) => row.replace(/^\[.*?\] /, ''));
  expect(rows.slice(0, 4)).toEqual(['← not a message (not-json), 18 B', '← blank line', '← batch of 1', '← a']);
});
