import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fact } from '@kilometers/core/risk/session/fact.ts';
import { afterAll, expect, test } from 'vitest';
import { FactStore, knowledgeFolder } from './fact-store.ts';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-knowledge-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const start = Date.UTC(2026, 0, 1);
const fileIn = (folder: string): string => path.join(knowledgeFolder(folder), 'facts.jsonl');

async function openIn(folder: string, writer: string, faults: string[] = []): Promise<FactStore> {
  const onFault = (message: string) => faults.push(message);
  const store = new FactStore({ dataFolder: folder, writer, now: () => start, onFault });
  await store.open();
  return store;
}

const mark = (name: string, at = start): Fact => ({
  ...{ kind: 'marks', of: 'secret', server: 's', tool: 't' },
  ...{ marks: [name], at },
});
const tool = (name: string): Fact => ({ kind: 'tool', server: 's', tool: name, hash: name, parts: {}, at: start });

test('what one has learned the other knows at its next look', async () => {
  const folder = newFolder();
  const [one, other] = [await openIn(folder, 'one'), await openIn(folder, 'other')];
  one.keep(mark('a'));
  await one.close();
  expect(other.memory.marks.find('a', start)).toBeUndefined();
  other.refresh();
  expect(other.memory.marks.find('a', start)).toMatchObject({ of: 'secret' });
});

test('the file is for its user alone', async () => {
  const folder = newFolder();
  const store = await openIn(folder, 'one');
  store.keep(tool('x'));
  await store.close();
  expect([statSync(fileIn(folder)).mode & 0o777, statSync(knowledgeFolder(folder)).mode & 0o777]).toEqual([
    0o600, 0o700,
  ]);
});

test('lines that are torn, strange or of a newer km are passed over', async () => {
  const folder = newFolder();
  const store = await openIn(folder, 'one');
  store.keep(tool('before'));
  await store.close();
  appendFileSync(fileIn(folder), '{"w":"x","kind":"from the future","at":1}\nnull\n[]\n{"w":"x","kind":"too');
  const next = await openIn(folder, 'next');
  next.keep(tool('after'));
  await next.close();
  store.refresh();
  expect(store.memory.tools().map((known) => known.tool)).toEqual(['before', 'after']);
});

test('a shorter file says the same, and readers and writers move on to it', async () => {
  const folder = newFolder();
  const [one, other] = [await openIn(folder, 'one'), await openIn(folder, 'other')];
  for (let round = 0; round < 50; round++) one.keep(mark('again'));
  one.keep(tool('x'));
  one.keep(mark('old', start - 25 * 3_600_000));
  await one.close();
  other.refresh();
  const size = statSync(fileIn(folder)).size;
  await other.shorten();
  expect(statSync(fileIn(folder)).size).toBeLessThan(size / 10);
  one.keep(tool('y'));
  await one.close();
  for (const store of [one, other]) {
    store.refresh();
    expect(store.memory.tools().map((known) => known.tool)).toEqual(['x', 'y']);
    expect(store.memory.marks.find('again', start)).toBeDefined();
  }
  expect(readFileSync(fileIn(folder), 'utf8')).not.toContain('"old"');
});

test('a file that was deleted while km runs is made anew', async () => {
  const folder = newFolder();
  const store = await openIn(folder, 'one');
  store.keep(tool('x'));
  await store.close();
  rmSync(knowledgeFolder(folder), { recursive: true });
  store.refresh();
  store.keep(tool('y'));
  await store.close();
  expect((await openIn(folder, 'next')).memory.tools()).toHaveLength(1);
});

test('a folder that takes nothing is told once, and the session keeps what it knows', async () => {
  const folder = newFolder();
  writeFileSync(knowledgeFolder(folder), 'a file where the folder should be');
  const faults: string[] = [];
  const store = await openIn(folder, 'one', faults);
  for (const name of ['x', 'y']) {
    store.keep(tool(name));
    store.refresh();
    await store.close();
  }
  expect(store.memory.tools()).toHaveLength(2);
  expect(faults).toEqual([expect.stringMatching(/is not shared: .* cannot be used \(E[A-Z]+\)\. Traffic goes on\./)]);
});

test('a file that all could read is for its user alone after the first write', async () => {
  const folder = newFolder();
  mkdirSync(knowledgeFolder(folder));
  writeFileSync(fileIn(folder), '{"w":"x","kind":"tool","server":"s","tool":"x","hash":"h","parts":{},"at":1}\n');
  chmodSync(fileIn(folder), 0o644);
  const store = await openIn(folder, 'one');
  store.keep(tool('y'));
  await store.close();
  expect(store.memory.tools()).toHaveLength(2);
  expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
});

test('ten processes write while the file is being shortened: no line is torn, none is lost', async () => {
  const folder = newFolder();
  const names = Array.from({ length: 10 }, (_, index) => `writer${index}`);
  await Promise.all(names.map((name) => runWriter(folder, name, 100)));
  const store = await openIn(folder, 'reader');
  const known = new Set(store.memory.tools().map((row) => row.tool));
  const missing = names.flatMap((name) =>
    Array.from({ length: 100 }, (_, index) => `${name}-${index}`).filter((row) => !known.has(row)),
  );
  expect(missing).toEqual([]);
  const lines = readFileSync(fileIn(folder), 'utf8').split('\n');
  expect(lines.filter((line) => line !== '' && !isJson(line))).toEqual([]);
}, 60_000);

function runWriter(folder: string, name: string, count: number): Promise<void> {
  const script = fileURLToPath(new URL('../../test/knowledge-writer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, name, String(count)], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('exit', (status) => (status === 0 ? resolve() : reject(new Error(`${name} ended with ${status}`))));
  });
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
