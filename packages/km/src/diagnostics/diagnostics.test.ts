import { expect, test } from 'vitest';
import { diagnostics, type Manner } from './diagnostics.ts';
import { readLevels } from './levels.ts';

const noon = Date.UTC(2026, 10, 22, 12);

function listen(manner: Partial<Manner>, levels = readLevels('info', undefined).levels) {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  return { lines, speak: diagnostics({ levels, terminal: false, color: false, write, now: () => noon, ...manner }) };
}

test('off a terminal each line is an object with timestamp, level, target and message', () => {
  const { lines, speak } = listen({});
  speak('log').warn?.('the disk is full', { lost: 3, message: 'not me' });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { timestamp: '2026-11-22T12:00:00.000Z', level: 'warn', target: 'log', message: 'the disk is full', lost: 3 },
  ]);
});

test('on a terminal a line is for people, and cannot repaint the screen', () => {
  const { lines, speak } = listen({ terminal: true });
  speak('proxy').info?.('server says \u001b[2J\nhello', { id: 1 });
  const clock = new Date(noon).toTimeString().slice(0, 8);
  expect(lines).toEqual([`${clock} info  proxy: server says \\u001b[2J\\nhello {"id":1}\n`]);
});

test('colour is there only when asked for', () => {
  const { lines, speak } = listen({ terminal: true, color: true });
  speak('proxy').error?.('no');
  expect(lines.join()).toContain('\u001b[31merror\u001b[0m');
});

test('a level that is off is not there, so nothing is made for it', () => {
  const { speak } = listen({}, readLevels('warn', 'proxy=trace,log=error').levels);
  expect([speak('proxy'), speak('log'), speak('other')].map((logger) => Object.keys(logger))).toEqual([
    ['error', 'warn', 'info', 'debug', 'trace'],
    ['error'],
    ['error', 'warn'],
  ]);
});

test('KM_LOG is read piece by piece and what makes no sense is named', () => {
  const { levels, ignored } = readLevels('info', 'debug, proxy = trace,log=loud,=x,,log');
  expect([levels.general, [...levels.byTarget], ignored]).toEqual([
    'debug',
    [['proxy', 'trace']],
    ['log=loud', '=x', 'log'],
  ]);
});

test('neither a sink that throws nor a field that JSON cannot hold reaches the caller', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const { lines, speak } = listen({});
  speak('log').info?.('round', { circle });
  const broken = listen({
    write: () => {
      throw new Error('EPIPE');
    },
  });
  broken.speak('log').info?.('lost');
  const terminal = listen({ terminal: true });
  terminal.speak('log').info?.('round', { circle });
  expect(lines.map((line) => JSON.parse(line).unprintable)).toEqual([['circle']]);
});
