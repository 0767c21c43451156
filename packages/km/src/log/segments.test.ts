import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listSegments, logPlaces, sealedPath } from './segments.ts';

function folderWith(names: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-segments-'));
  names.forEach((name, index) => {
    writeFileSync(path.join(folder, name), 'x\n');
    utimesSync(path.join(folder, name), 1_000 + index, 1_000 + index);
  });
  return path.join(folder, 'mcp_proxy.log');
}

const names = (file: string) => listSegments(file).map((segment) => path.basename(segment.path));

test('segments come oldest first and the current one last, whoever sealed them', () => {
  const file = folderWith([
    'mcp_proxy.log.2.gz',
    'mcp_proxy.log.1',
    'mcp_proxy.log',
    'mcp_proxy.20261122T213005123Z.abcdef01.log',
    'mcp_proxy.20261121T213005123Z.abcdef01.log.gz',
  ]);
  expect(names(file)).toEqual([
    'mcp_proxy.log.2.gz',
    'mcp_proxy.log.1',
    'mcp_proxy.20261121T213005123Z.abcdef01.log.gz',
    'mcp_proxy.20261122T213005123Z.abcdef01.log',
    'mcp_proxy.log',
  ]);
  expect(listSegments(file).map(({ own, current, compressed }) => [own, current, compressed])).toEqual([
    [false, false, true],
    [false, false, false],
    [true, false, true],
    [true, false, false],
    [false, true, false],
  ]);
});

test('files of others, unfinished ones and the folder of the writers are no segments', () => {
  const file = folderWith([
    'mcp_proxy.log.bak',
    'mcp_proxy_other.log',
    'mcp_proxyxlog.1',
    'mcp_proxy.20261121T213005123Z.abcdef01.log.gz.77.tmp',
  ]);
  expect(names(file)).toEqual([]);
});

test('a segment that is being compressed is listed once', () => {
  const plain = 'mcp_proxy.20261121T213005123Z.abcdef01.log';
  expect(names(folderWith([plain, `${plain}.gz`]))).toEqual([`${plain}.gz`]);
});

test('the name of a sealed segment is one that is listed', () => {
  const file = folderWith([]);
  const sealed = sealedPath(logPlaces(file), Date.UTC(2026, 10, 22, 21, 30, 5, 7), '0190-aaaa-bbbbcccc0001');
  expect(path.basename(sealed)).toBe('mcp_proxy.20261122T213005007Z.cccc0001.log');
  writeFileSync(sealed, '');
  expect(names(file)).toEqual([path.basename(sealed)]);
});

test('a folder that does not exist holds no segments', () => {
  expect(listSegments('/no/such/folder/mcp_proxy.log')).toEqual([]);
});
