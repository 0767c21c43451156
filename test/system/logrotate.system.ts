import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LogRecord } from '@kilometers/core/record.ts';
import { expect, test } from 'vitest';
import { request } from '../e2e/rpc.ts';
import { dataFolder, makeHome, monitor, runKm, testServer } from '../e2e/start-km.ts';

const writers = 4;
const rounds = 6;
const each = 200;

const stanza = (log: string) => `${log} {
  size 1
  rotate 50
  compress
  delaycompress
  missingok
  notifempty
}
`;

function everyRecord(folder: string): LogRecord[] {
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  return files
    .filter((file) => statSync(file).isFile())
    .map((file) => (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString())
    .flatMap((text) => text.split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as LogRecord);
}

test('the usual logrotate stanza with several writers: no record is lost or torn, and the log verifies', async ({
  skip,
}) => {
  if (spawnSync('logrotate', ['--version']).error) return skip('logrotate is not installed.');
  const home = makeHome();
  const config = path.join(home, 'logrotate.conf');
  writeFileSync(config, stanza(path.join(dataFolder(home), 'mcp_proxy.log')), { mode: 0o600 });
  const runs = Array.from({ length: writers }, () => monitor(testServer('echoes'), { home }));
  for (let round = 0; round < rounds; round++) {
    const text = (writer: number) =>
      Array.from({ length: each }, (_, n) => request(`${writer}-${round}-${n}`, 'tools/list')).join('');
    runs.forEach((run, writer) => void run.child.stdin.write(text(writer)));
    const soFar = (text(0).length - 1) * (round + 1);
    await Promise.all(runs.map((run) => run.out.reaches(soFar)));
    const rotated = spawnSync('logrotate', ['--force', '--state', path.join(home, 'state'), config]);
    expect(rotated).toMatchObject({ status: 0, stderr: Buffer.alloc(0) });
  }
  for (const run of runs) run.finish();
  expect(await Promise.all(runs.map(({ status }) => status))).toEqual(runs.map(() => 0));
  const ids = everyRecord(dataFolder(home))
    .filter(({ kind, dir }) => kind === 'request' && dir === 'c2s')
    .map(({ id }) => id);
  expect(ids).toHaveLength(writers * rounds * each);
  expect(new Set(ids).size).toBe(ids.length);
  expect(await runKm(['logs', 'verify'], { home })).toMatchObject({ status: 0 });
});
