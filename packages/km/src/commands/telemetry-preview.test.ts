import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRedactor } from '@kilometers/core/redact.ts';
import { expect, test } from 'vitest';
import { chain, temporaryFolder, text } from '../../test/chain.ts';
import { runKm } from '../../test/run-km.ts';
import { remoteRiskBody } from '../filters/remote-risk.ts';

test('--risk shows the very bodies that would be sent to be scored, and nothing of what would not', async () => {
  const folder = temporaryFolder();
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read', arguments: { path: 'a' } } };
  const answer = { jsonrpc: '2.0', id: 1, result: { content: [] } };
  const run = chain('a');
  const about = { server: 'files', method: 'tools/call', tool: 'read', id: 1 };
  const lines = [
    run.add({ kind: 'request', dir: 'c2s', ...about, message: call }),
    run.add({ kind: 'response', dir: 's2c', ...about, message: answer }),
    run.add({ kind: 'request', dir: 'c2s', method: 'ping', id: 2, message: { jsonrpc: '2.0', id: 2, method: 'ping' } }),
  ];
  writeFileSync(path.join(folder, 'mcp_proxy.log'), text(lines));
  const { status, out } = await runKm(['telemetry', 'preview', '--risk'], folder);
  const from = { run: 'a', server: 'files' };
  const asked = { method: 'tools/call', target: 'read' };
  const redactor = createRedactor();
  expect([status, out.trimEnd().split('\n')]).toEqual([
    0,
    [
      remoteRiskBody({ dir: 'c2s', rpc: call }, from, redactor),
      remoteRiskBody({ dir: 's2c', rpc: answer, asked }, from, redactor),
    ],
  ]);
});
