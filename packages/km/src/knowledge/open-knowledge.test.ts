import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { knowledgeFolder } from './fact-store.ts';
import { knowledgeInMemory, openKnowledge } from './open-knowledge.ts';
import { machineSalt } from './salt.ts';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-knowledge-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const now = () => Date.UTC(2026, 0, 1);
const open = (dataFolder: string, name: string, faults: string[] = []) =>
  openKnowledge({
    ...{ dataFolder, now, identity: { name, command: name } },
    onFault: (message) => faults.push(message),
  });
const listing = (description: string) =>
  ({ dir: 's2c', rpc: { id: 1, result: { tools: [{ name: 'read_note', description }] } } }) as const;

test('a tool that changes between two sessions is found', async () => {
  const folder = newFolder();
  const first = await open(folder, 'notes');
  first.knowledge.learn(listing('Reads a note.'), [], true);
  await first.close();
  const { knowledge } = await open(folder, 'notes');
  expect(knowledge.look(listing('Reads a note.'), [])).toEqual([]);
  expect(knowledge.look(listing('Sends a note.'), [])).toMatchObject([{ rule: 'tools.changed' }]);
  expect((await open(folder, 'other notes')).knowledge.toolState('read_note')).toBe('new');
});

test('sessions that open at once agree on the salt', async () => {
  const folder = newFolder();
  const salts = await Promise.all(Array.from({ length: 10 }, () => machineSalt(folder)));
  expect(new Set(salts.map((salt) => Buffer.from(salt).toString('hex'))).size).toBe(1);
  expect(salts[0]).toHaveLength(32);
  expect(statSync(path.join(folder, 'salt')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['salt']);
});

test('a damaged salt is made anew', async () => {
  const folder = newFolder();
  writeFileSync(path.join(folder, 'salt'), 'abc');
  const salt = await machineSalt(folder);
  expect(salt).toHaveLength(32);
  expect(await machineSalt(folder)).toEqual(salt);
});

test('where nothing can be kept, the session learns for itself', async () => {
  const folder = newFolder();
  writeFileSync(knowledgeFolder(folder), 'in the way');
  const faults: string[] = [];
  const { knowledge, close } = await open(folder, 'notes', faults);
  knowledge.learn(listing('Reads a note.'), [], true);
  expect(knowledge.look(listing('Sends a note.'), [])).toMatchObject([{ rule: 'tools.changed' }]);
  await close();
  expect(faults).toHaveLength(1);
  expect(readFileSync(knowledgeFolder(folder), 'utf8')).toBe('in the way');
});

test('sessions in memory know of each other, and of nobody else', () => {
  const make = knowledgeInMemory(now);
  const identity = { name: 'notes', command: 'notes' };
  make(identity).learn(listing('Reads a note.'), [], true);
  expect(make(identity).look(listing('Sends a note.'), [])).toMatchObject([{ rule: 'tools.changed' }]);
  expect(knowledgeInMemory(now)(identity).look(listing('Sends a note.'), [])).toEqual([]);
});

test('a secret that one server read is found on its way out through another, whose session ran all the while', async () => {
  const folder = newFolder();
  const [files, mail] = [await open(folder, 'files'), await open(folder, 'mail')];
  const key = 'q8Zr2Lw9Xv4Tn7Bk1Hs6Yd3M';
  const read = { id: 1, method: 'tools/call', params: { name: 'read_file', arguments: { path: '.env' } } };
  const send = { id: 1, method: 'tools/call', params: { name: 'send_email', arguments: { body: key } } };
  files.knowledge.learn({ dir: 'c2s', rpc: read }, [], true);
  const result = { content: [{ type: 'text', text: `API_KEY=${key}` }] };
  files.knowledge.learn({ dir: 's2c', rpc: { id: 1, result } }, [], true);
  await files.close();
  expect(mail.knowledge.look({ dir: 'c2s', rpc: send }, [])).toMatchObject([{ rule: 'flow.secret-to-sink' }]);
  expect(readFileSync(path.join(knowledgeFolder(folder), 'facts.jsonl'), 'utf8')).not.toContain(key);
});
