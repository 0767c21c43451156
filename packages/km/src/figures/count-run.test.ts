import { expect, test } from 'vitest';
import { call, lookAt, stopped } from '../../test/look-at.ts';
import { countRun } from './count-run.ts';
import { fewWords } from './few-words.ts';
import { Figures } from './figures.ts';

/** A run with what was counted of it. */
function counting() {
  const figures = new Figures();
  const log = { written: 0, dropped: 0, unsent: 0 };
  const run = countRun({
    figures,
    server: 'files',
    transports: { client: 'tcp', server: 'pipe' },
    protocol: () => '2025-11-25',
    threshold: 0.8,
    now: () => 0,
    log: () => log,
    outboxDropped: () => log.unsent,
  });
  return { ...lookAt(run), run, log, read: () => figures.snapshot() };
}

test('calls are counted by tool and by how they ended', () => {
  const { client, server, answers, read } = counting();
  client(call(1, 'a'));
  server({ jsonrpc: '2.0', id: 1, result: {} });
  client(call(2, 'a'));
  server({ jsonrpc: '2.0', id: 2, result: { isError: true } });
  client(call(3, 'b'), stopped);
  answers({ jsonrpc: '2.0', id: 3, result: { isError: true } });
  client(call(4, 'c'));
  server({ jsonrpc: '2.0', id: 4, result: {} }, stopped);
  answers({ jsonrpc: '2.0', id: 4, error: { code: 4403, message: 'no' } });
  client({ jsonrpc: '2.0', id: 5, method: 'resources/read', params: { uri: 'file:///secret' } });
  server({ jsonrpc: '2.0', id: 5, error: { code: -32002, message: 'no' } });
  const { counters, histograms } = read();
  expect(counters['km.calls']).toEqual({
    '["files","c2s","tools/call","a","ok"]': 1,
    '["files","c2s","tools/call","a","tool_error"]': 1,
    '["files","c2s","tools/call","b","blocked"]': 1,
    '["files","c2s","tools/call","c","blocked"]': 1,
    '["files","c2s","resources/read","","error"]': 1,
  });
  expect(counters['km.blocked']).toEqual({ '["files","c2s","risk"]': 1, '["files","s2c","risk"]': 1 });
  const durations = Object.entries(histograms['mcp.server.operation.duration'] ?? {});
  expect(durations.map(([labels]) => JSON.parse(labels).slice(6, 8))).toEqual([
    ['', ''],
    ['tool_error', ''],
    ['', ''],
    ['-32002', '-32002'],
  ]);
  expect(
    durations.every(([labels, { sum, counts }]) => labels.endsWith('"tcp"]') && sum === 0.01 && counts[0] === 1),
  ).toBe(true);
  expect(Object.keys(histograms['mcp.client.operation.duration'] ?? {})[0]).toMatch(/"pipe"\]$/);
});

test('a call that waits for more, or is a task, is timed when it ends', () => {
  const { client, server, read } = counting();
  client(call(1, 'a'));
  server({ jsonrpc: '2.0', id: 1, result: { resultType: 'input_required', requestState: 'x' } });
  expect(read().histograms['mcp.server.operation.duration']).toBeUndefined();
  client(call(2, 'a', { requestState: 'x', inputResponses: {} }));
  server({ jsonrpc: '2.0', id: 2, result: { resultType: 'complete' } });
  expect(Object.values(read().counters['km.calls'] ?? {})).toEqual([1]);
  expect(Object.values(read().histograms['mcp.server.operation.duration'] ?? {})).toMatchObject([{ sum: 0.02 }]);
});

test('findings are counted by rule, messages by whether they reach the threshold', () => {
  const { client, read } = counting();
  const finding = { rule: 'files.sensitive' } as never;
  const risk = (score: number, findings: never[]) => ({ risk: { score, findings } as never });
  client(call(1), risk(0.9, [finding, finding]));
  client(call(2), risk(0.3, [finding]));
  expect(read().counters['km.risk.findings']).toEqual({ '["files","files.sensitive"]': 3 });
  expect(read().counters['km.risk.messages']).toEqual({ '["files","high"]': 1, '["files","low"]': 1 });
});

test('several runs of one process are counted together, and what has ended is no gauge', () => {
  const { run, log, read } = counting();
  run.sample({ km: { cpu_ms: 500, rss: 7, fds: 3 }, child: { cpu_ms: 1_000, rss: 9 } });
  run.sample({ km: { cpu_ms: 500, rss: 7, fds: 3 }, child: { cpu_ms: 1_500, rss: 11 } });
  log.written = 5;
  log.dropped = 1;
  log.unsent = 3;
  expect(read().counters).toMatchObject({
    'km.process.cpu.time': { '["server","files"]': 1.5, '["km",""]': 0.5 },
    'km.log.records': { '[]': 5 },
    'km.log.records.lost': { '[]': 1 },
    'km.outbox.dropped': { '[]': 3 },
  });
  expect(read().gauges['km.process.memory']).toEqual({ '["km",""]': 7, '["server","files"]': 11 });
  log.written = 6;
  run.end({ status: 143, signal: 'SIGTERM' });
  const { counters, gauges, histograms } = read();
  expect(counters['km.log.records']).toEqual({ '[]': 6 });
  expect(counters['km.server.exits']).toEqual({
    '["files","ok"]': 0,
    '["files","failed"]': 0,
    '["files","signal"]': 1,
  });
  expect(gauges['km.sessions.open'] ?? {}).toEqual({});
  expect(gauges['km.process.memory']).toEqual({ '["km",""]': 7 });
  expect(Object.keys(histograms['mcp.server.session.duration'] ?? {})).toEqual([
    '["files","2025-11-25","tcp","signal"]',
  ]);
});

test('a label has few values, whoever makes them up', () => {
  const word = fewWords(2);
  expect(['a', 'b', 'c', 'a', 'x'.repeat(500)].map(word)).toEqual(['a', 'b', '_other', 'a', '_other']);
  expect(fewWords(1)('\ud800')).toBe('\ufffd');
});
