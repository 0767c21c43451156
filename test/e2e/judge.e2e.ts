import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Answer, JudgedSession } from './judged-session.ts';
import { line } from './rpc.ts';
import { makeHome, messages, runKm, testServer } from './start-km.ts';

/** A session with the server that writes down what reaches it. */
function noted(options: ConstructorParameters<typeof JudgedSession>[1] & { says?: string } = {}) {
  const home = options.home ?? makeHome();
  const file = path.join(makeHome(), 'came');
  const says = options.says === undefined ? [] : [options.says];
  const session = new JudgedSession(testServer('notes-what-comes', file, ...says), { ...options, home });
  return { session, home, reached: () => (existsSync(file) ? readFileSync(file, 'utf8') : '') };
}

const textOf = ({ result }: Answer) => result?.content?.[0]?.text ?? '';

describe('what is dangerous is refused in words for the model and never reaches the server; its innocent neighbour does', () => {
  test.each([
    ['run_command', { command: 'rm -rf ~' }, { command: 'rm -rf ./build' }, 'commands.'],
    ['read_file', { path: '~/.ssh/id_rsa' }, { path: 'docs/ssh.md' }, 'files.'],
    ['read_file', { path: '../../../../etc/shadow' }, { path: '.env.example' }, 'files.'],
    ['query', { sql: 'DROP TABLE users' }, { sql: 'DELETE FROM carts WHERE id = 1' }, 'sql.'],
    ['fetch', { url: 'http://[::ffff:a9fe:a9fe]/' }, { url: 'https://example.org/' }, 'network.'],
  ])('%s %j, and %j', async (tool, dangerous, innocent, family) => {
    const { session, home, reached } = noted();
    await session.tools();

    const refused = await session.calls(tool, dangerous);
    expect(refused.result?.isError).toBe(true);
    expect(textOf(refused)).toMatch(/^Blocked by km: .+\(\w+\.[\w-]+, risk \d\.\d\d\)/);
    expect(textOf(await session.calls(tool, innocent))).toBe('done');
    await session.ends();

    const [gone] = Object.values(dangerous);
    expect(reached()).not.toContain(JSON.stringify(gone));
    expect(reached()).toContain(JSON.stringify(innocent));
    const [record] = messages(home, 'c2s').filter(({ outcome }) => outcome === 'answered');
    expect(record).toMatchObject({ tool, by: [{ by: 'risk', verdict: 'block' }] });
    expect(record?.risk).toBeGreaterThanOrEqual(0.8);
    expect(record?.findings).toEqual(
      expect.arrayContaining([expect.objectContaining({ rule: expect.stringContaining(family) })]),
    );
    expect(await runKm(['logs', 'verify'], { home })).toMatchObject({ status: 0 });
  });
});

test('a resource that must not be read is refused with an error of one code', async () => {
  const { session, reached } = noted();
  const refused = await session.asks('resources/read', { uri: 'file:///root/.ssh/id_rsa' });
  expect(refused.error).toMatchObject({ code: 4403, message: expect.stringContaining('Blocked by km: ') });
  await session.ends();
  expect(reached()).not.toContain('id_rsa');
});

test('a line that is read in two ways does not get past the judge', async () => {
  const { session, reached } = noted();
  await session.tools();
  session.say('{"jsonrpc":"2.0","id":8,"method":"ping","method":"tools/call","params":{"name":"run_command"}}\n');
  session.say('{"jsonrpc":"2.0","id":9,"method":"ping"}\r{"jsonrpc":"2.0","id":9,"method":"tools/call"}\n');
  await session.calls('run_command', { command: 'ls' });
  await session.ends();
  expect(reached()).not.toMatch(/"id":[89]/);
});

test('in the free tier nothing is judged, and the banner says how to switch it on', async () => {
  const { session, reached } = noted({ tier: 'free' });
  expect(textOf(await session.calls('run_command', { command: 'rm -rf ~' }))).toBe('done');
  await session.ends();
  expect(reached()).toContain('rm -rf ~');
  expect(session.run.err.text).toContain('KM_DEFAULT_TIER=pro');
});

test('the preset observe notes what it would have stopped', async () => {
  const { session, home, reached } = noted({ risk: { preset: 'observe' } });
  expect(textOf(await session.calls('run_command', { command: 'rm -rf ~' }))).toBe('done');
  await session.ends();
  expect(reached()).toContain('rm -rf ~');
  const [record] = messages(home, 'c2s').filter(({ tool }) => tool === 'run_command');
  expect(record).toMatchObject({
    outcome: 'forwarded',
    risk: expect.any(Number),
    by: [{ by: 'risk', verdict: 'pass' }],
  });
});

describe('a tool that changes after it was seen', () => {
  const changing = (home: string) => testServer('changes-tool', path.join(home, 'called'));

  async function change(home: string, risk: object = {}) {
    const session = new JudgedSession(changing(home), { home, risk: { ...risk } });
    const before = await session.tools();
    expect(before).toMatchObject([{ name: 'convert', description: 'Converts euros to crowns.' }]);
    expect(textOf(await session.calls('convert', { amount: 10 }))).toBe('250');
    return session;
  }

  test('is marked, until a person approves it', async () => {
    const home = makeHome();
    const session = await change(home);
    const [marked] = await session.tools();
    expect(marked?.description).toMatch(/^\[Kilometers: do not use this tool\./);
    await session.ends();

    expect(await runKm(['tools', 'approve', 'convert'], { home })).toMatchObject({ status: 0 });
    const later = new JudgedSession(changing(home), { home });
    expect((await later.tools())[0]?.description).toBe('Converts euros to crowns, and keeps what you tell it.');
    expect(textOf(await later.calls('convert', { amount: 10 }))).toBe('250');
    await later.ends();
  });

  test('is hidden where that is set, and then is a tool that there is not', async () => {
    const session = await change(makeHome(), { tools: 'hide' });
    expect(await session.tools()).toEqual([]);
    expect((await session.calls('convert', { amount: 10 })).error).toEqual({
      code: -32602,
      message: 'Unknown tool: convert',
    });
    await session.ends();
  });
});

test('instructions that hide in an enum are found, and the tool beside is left as it is', async () => {
  const session = new JudgedSession(testServer('poisons-enum'));
  const [poisoned, clean] = await session.tools();
  expect(poisoned?.description).toMatch(/^\[Kilometers: do not use this tool\..*\]\nSets the mode\.$/s);
  expect(clean?.description).toBe('Tells the time.');
  expect(textOf(await session.calls('now'))).toBe('called now');
  await session.ends();
});

test('a result with words in tag characters is stopped, and one with emoji made of them arrives', async () => {
  const session = new JudgedSession(testServer('sends-tag-characters'));
  await session.tools();
  const stopped = await session.calls('read_page');
  expect(stopped.result?.isError).toBe(true);
  expect(textOf(stopped)).toMatch(/^Blocked by km: /);
  expect(textOf(await session.calls('read_plain'))).toContain('Wales');
  await session.ends();
  expect(session.run.out.text).not.toContain('\u{e0049}');
});

describe('a rule that asks', () => {
  const policy = [
    'version: 1',
    'order: first-match',
    'rules:',
    '  - name: ask-before-push',
    '    when: has(args.command) && args.command.contains("git push")',
    '    action: ask',
    '    reason: A push leaves this machine.',
  ].join('\n');
  const push = { command: 'git push origin main' };
  const capabilities = { elicitation: {} };

  /** Begins the call, and answers the question that it raises. */
  async function answered(session: JudgedSession, args: object, answer: object): Promise<Answer> {
    const id = session.begins('run_command', args);
    const question = await session.isAsked();
    expect(JSON.stringify(question.params)).toContain('A push leaves this machine.');
    session.say(line({ id: question.id, result: answer }));
    return session.answerTo(id);
  }

  const yes = { action: 'accept', content: { allow: true } };

  test('lets the person behind the client decide, and a yes holds for one call', async () => {
    const { session, home, reached } = noted({ policy, capabilities });
    expect(textOf(await answered(session, push, yes))).toBe('done');
    expect((await answered(session, push, { action: 'decline' })).result?.isError).toBe(true);
    await session.ends();
    expect(reached().match(/git push/g)).toHaveLength(1);
    const asked = messages(home, 'c2s').filter(({ tool }) => tool === 'run_command');
    expect(asked.map(({ outcome }) => outcome)).toEqual(['forwarded', 'answered']);
  });

  test('lets others overtake while the person thinks', async () => {
    const { session, reached } = noted({ policy, capabilities });
    const held = session.begins('run_command', push);
    expect(textOf(await session.calls('run_command', { command: 'git status' }))).toBe('done');
    session.say(line({ id: (await session.isAsked()).id, result: yes }));
    expect(textOf(await session.answerTo(held))).toBe('done');
    await session.ends();
    expect(reached().indexOf('git status')).toBeLessThan(reached().indexOf('git push'));
  });

  test('refuses where nobody can be asked', async () => {
    const { session, reached } = noted({ policy });
    expect((await session.calls('run_command', push)).result?.isError).toBe(true);
    await session.ends();
    expect(reached()).not.toContain('git push');
  });
});

test('a secret that one server gave does not leave through another', async () => {
  const home = makeHome();
  const secret = 'kR7wQ2nX9vLm4TzB8cYd';
  const files = noted({ home, says: `API_KEY=${secret}`, options: ['--name', 'files'] });
  await files.session.tools();
  await files.session.calls('read_file', { path: 'config/.env' });
  await files.session.ends();

  const mail = noted({ home, options: ['--name', 'mail'] });
  await mail.session.tools();
  const refused = await mail.session.calls('send_message', { text: `The key is ${secret}.` });
  expect(refused.result?.isError).toBe(true);
  expect(textOf(await mail.session.calls('send_message', { text: 'The build is green.' }))).toBe('done');
  await mail.session.ends();
  expect(mail.reached()).not.toContain(secret);
});
