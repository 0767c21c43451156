import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkLog } from './log-check.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'km-bench-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const records = (...kinds: string[]): string => kinds.map((kind) => `{"v":1,"kind":"${kind}"}\n`).join('');
const put = (name: string, data: string | Uint8Array): void => writeFileSync(path.join(folder, name), data);

test('messages are counted over all segments, one that is just being compressed only once', async () => {
  put('mcp_proxy.20261122T213005123Z.9f3a1c07.log', records('session', 'request'));
  put('mcp_proxy.20261122T213005123Z.9f3a1c07.log.gz', gzipSync(records('session', 'request')));
  put('mcp_proxy.log', records('session', 'response', 'end'));
  await expect(checkLog(folder, 2)).resolves.toBeUndefined();
});

test.each([
  ['a message is missing', records('request', 'end'), /1 messages on record instead of 2/],
  ['something was dropped', records('request', 'gap', 'response', 'end'), /1 gaps/],
  ['the end is missing', records('request', 'response'), /no end record/],
])('a log where %s is refused', async (_what, text, complaint) => {
  put('mcp_proxy.log', text);
  await expect(checkLog(folder, 2)).rejects.toThrow(complaint);
});
