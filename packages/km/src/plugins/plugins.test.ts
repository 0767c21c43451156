import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/chain.ts';
import { type Message, Message as MessageClass } from '../message/message.ts';
import type { Filter } from '../pipeline/filter.ts';
import { judgesOf, settle } from '../pipeline/settle.ts';
import { addPlugin } from './add-plugin.ts';
import { openPlugins } from './open-plugins.ts';
import { entryOf, readRegister, removePlugin } from './register.ts';

const examples = fileURLToPath(new URL('../../../../examples/filters/', import.meta.url));

function message(rpc: object, dir: 'c2s' | 's2c' = 'c2s'): Message {
  const head = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...rpc }));
  return new MessageClass(dir, { head, bytes: head.length }, 0, 0);
}

const call = (tool: string) => message({ id: 1, method: 'tools/call', params: { name: tool } });

function settled(filters: readonly Filter[], one: Message) {
  const facts = { run: 'r', session: 's', server: 'files' };
  return settle(one, {
    judges: judgesOf(filters),
    facts,
    rewrite: (old) => old,
    asked: () => undefined,
    spoken: () => true,
  });
}

/** A plugin whose `judge` has this body, added to a machine of its own. */
async function added(body: string, more = "onFailure: 'block', deadlineMs: 20000"): Promise<string> {
  const dataFolder = temporaryFolder();
  const cwd = temporaryFolder();
  const text = `export default { apiVersion: 1, name: 'mine', ${more}, async judge(message, context) { ${body} } };`;
  writeFileSync(path.join(cwd, 'mine.mjs'), text);
  await addPlugin({ from: './mine.mjs', cwd, dataFolder, time: 0 });
  return dataFolder;
}

/** The plugins of a machine, and what was said to be wrong with them. */
function opened(dataFolder: string, now = () => 0) {
  const faults: string[] = [];
  return { filters: openPlugins({ dataFolder, now, onFault: (fault) => faults.push(fault) }), faults };
}

test('the examples do what they say', async () => {
  const dataFolder = temporaryFolder();
  for (const name of ['deny-tools', 'hide-addresses']) {
    await addPlugin({ from: `${name}.ts`, cwd: examples, dataFolder, time: 0 });
  }
  const { filters, faults } = opened(dataFolder);
  expect(await settled(filters, call('echo'))).toMatchObject({
    kind: 'block',
    decisions: [{ by: 'plugin:deny-tools' }],
  });
  expect(await settled(filters, call('read_file'))).toEqual({ kind: 'pass', decisions: [] });
  const answer = message({ id: 1, result: { content: [{ type: 'text', text: 'write to ann@example.org' }] } }, 's2c');
  expect(await settled(filters, answer)).toMatchObject({
    kind: 'change',
    rpc: { id: 1, result: { content: [{ text: 'write to [address]' }] } },
  });
  expect(faults).toEqual([]);
});

describe('a plugin cannot take the session down', () => {
  const broken: readonly [string, string, RegExp][] = [
    ['throws', 'throw new Error("no luck")', /failed: no luck/],
    ['never answers', 'await new Promise(() => {})', /no verdict within 300 ms/],
    ['does not let its thread go', 'for (;;);', /no verdict within 300 ms/],
    ['answers nothing', '', /no verdict/],
    ['answers nonsense', 'return { kind: "perhaps" }', /no verdict/],
    ['answers what is no JSON', 'return { kind: "pass", reason: 1n }', /BigInt/i],
    ['ends its process', 'process.exit(3)', /ended by itself/],
  ];
  test.each(broken)('when it %s, the message is unjudged and refused', async (_, body, reason) => {
    // Short only for those that hang: a busy machine may take its time to start a thread.
    const deadlineMs = reason.source.includes('within') ? 300 : 20_000;
    const { filters } = opened(await added(body, `onFailure: 'block', deadlineMs: ${deadlineMs}`));
    const result = await settled(filters, call('echo'));
    expect(result).toMatchObject({ kind: 'block', decisions: [{ verdict: 'unjudged' }] });
    expect(result.decisions[0]?.reason).toMatch(reason);
    await filters[0]?.close?.();
  });

  test('one that takes all memory is ended', { timeout: 60_000 }, async () => {
    const body = 'const all = []; for (;;) all.push(new Array(100_000).fill(all.length));';
    const { filters } = opened(await added(body, "onFailure: 'pass', deadlineMs: 20000"));
    expect(await settled(filters, call('echo'))).toMatchObject({ kind: 'pass', decisions: [{ verdict: 'unjudged' }] });
    await filters[0]?.close?.();
  });

  test('what it prints goes nowhere, and it sees none of the environment', async () => {
    const body = 'console.log("text"); return { kind: "block", reason: Object.keys(process.env).join() };';
    const { filters } = opened(await added(body));
    expect(await settled(filters, call('echo'))).toMatchObject({ kind: 'block', reason: '' });
  });

  test('after a hang it is started again, not at once, and judges again', async () => {
    let now = 0;
    const body = 'if (message.rpc.id === 1) for (;;); return { kind: "block", reason: "seen" };';
    const dataFolder = await added(body, "onFailure: 'block', deadlineMs: 4000");
    const { filters, faults } = opened(dataFolder, () => now);
    const other = message({ id: 2, method: 'tools/call' });
    await settled(filters, call('echo'));
    expect(await settled(filters, other)).toMatchObject({ decisions: [{ verdict: 'unjudged' }] });
    now += 100;
    expect(await settled(filters, other)).toMatchObject({ kind: 'block', reason: 'seen' });
    expect(faults).toEqual([expect.stringContaining('gave no verdict within 4000 ms')]);
    await filters[0]?.close?.();
  });
});

test('a file that changed after it was added is not run, and its onFailure decides', async () => {
  const dataFolder = await added("return { kind: 'pass' }");
  writeFileSync(entryOf(dataFolder, 'mine'), 'export default {};');
  const { filters, faults } = opened(dataFolder);
  expect(await settled(filters, call('echo'))).toMatchObject({ kind: 'block', decisions: [{ verdict: 'unjudged' }] });
  expect(faults[0]).toMatch(/files have changed since it was added/);
});

describe('what is no filter is refused when it is added', () => {
  const refused: readonly [string, string, string][] = [
    ['a file that does not parse', 'bad.mjs', 'export default {'],
    ['a file without a default export', 'none.mjs', 'export const filter = 1;'],
    ['another version', 'v2.mjs', "export default { apiVersion: 2, name: 'x', onFailure: 'pass', judge() {} };"],
    ['no word on failure', 'quiet.mjs', "export default { apiVersion: 1, name: 'x', judge() {} };"],
    [
      'a name that is a path',
      'path.mjs',
      "export default { apiVersion: 1, name: '../x', onFailure: 'pass', judge() {} };",
    ],
    ['TypeScript that does not parse', 'bad.ts', 'const x: = 1;'],
  ];
  test.each(refused)('%s', async (_, file, text) => {
    const [dataFolder, cwd] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(path.join(cwd, file), text);
    const adding = addPlugin({ from: `./${file}`, cwd, dataFolder, time: 0 });
    await expect(adding).rejects.toMatchObject({ code: 'plugin.invalid' });
    expect(readRegister(dataFolder)).toEqual([]);
  });
});

test('a folder with a package.json is added like a package of npm', { timeout: 60_000 }, async () => {
  const [dataFolder, cwd] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(
    path.join(cwd, 'package.json'),
    '{"name":"my-filters","version":"1.0.0","type":"module","main":"main.js"}',
  );
  writeFileSync(path.join(cwd, 'words.js'), 'export const reason = "from a package";');
  const text = `import { reason } from './words.js';
    export default { apiVersion: 1, name: 'packed', onFailure: 'pass', judge: () => ({ kind: 'block', reason }) };`;
  writeFileSync(path.join(cwd, 'main.js'), text);
  await addPlugin({ from: cwd, cwd, dataFolder, time: 0 });
  const { filters } = opened(dataFolder);
  expect(await settled(filters, call('echo'))).toMatchObject({ kind: 'block', reason: 'from a package' });
});

test('one of the same name is replaced, and one that is removed is gone', async () => {
  const dataFolder = await added("return { kind: 'pass' }");
  const cwd = temporaryFolder();
  writeFileSync(
    path.join(cwd, 'b.mjs'),
    "export default { apiVersion: 1, name: 'mine', onFailure: 'pass', judge() {} };",
  );
  await addPlugin({ from: 'b.mjs', cwd, dataFolder, time: 0 });
  expect(readRegister(dataFolder).map(({ name, onFailure }) => [name, onFailure])).toEqual([['mine', 'pass']]);
  await removePlugin(dataFolder, 'mine');
  expect(readRegister(dataFolder)).toEqual([]);
  await expect(removePlugin(dataFolder, 'mine')).rejects.toMatchObject({ code: 'plugin.unknown' });
});

test('a damaged list is said, not taken for an empty one', async () => {
  const dataFolder = await added("return { kind: 'pass' }");
  writeFileSync(path.join(dataFolder, 'plugins', 'plugins.json'), '{"version":1,');
  expect(() => openPlugins({ dataFolder, now: () => 0, onFault() {} })).toThrow(/is damaged/);
});
