import { expect, test } from 'vitest';
import { listServer } from './list-server.ts';
import type { Answer, Peer } from './peer.ts';

type Answers = Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => unknown>>;

/** A server that answers by method; what it throws is its error. */
function server(answers: Answers): Peer & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    notify: (method) => void asked.push(method),
    async request(method, params): Promise<Answer> {
      asked.push(method);
      const act = answers[method];
      if (act === undefined) return { kind: 'error', code: -32_601, message: 'Method not found' };
      try {
        return { kind: 'result', result: act(params as Readonly<Record<string, unknown>>) };
      } catch (error) {
        return { kind: 'error', code: -32_000, message: (error as Error).message };
      }
    },
  };
}

const about = { name: 'test', version: '1' };
const tool = (name: string) => ({ name });

test('a server of the years before 2026 is greeted, and all it announces is listed page by page', async () => {
  const peer = server({
    initialize: () => ({ capabilities: { tools: {}, prompts: {} }, instructions: 'Be kind.' }),
    'tools/list': ({ cursor }) =>
      cursor === undefined ? { tools: [tool('a')], nextCursor: '2' } : { tools: [tool('b')] },
    'prompts/list': () => ({ prompts: [tool('p')] }),
  });
  const { subjects, counts, faults } = await listServer(peer, about);
  expect(counts).toEqual({ tools: 2, prompts: 1, resources: 0, resourceTemplates: 0 });
  expect(faults).toEqual([]);
  expect(subjects.map(({ asked }) => asked?.method)).toEqual([
    'initialize',
    'tools/list',
    'tools/list',
    'prompts/list',
  ]);
  expect(subjects[0]?.rpc.result).toMatchObject({ instructions: 'Be kind.' });
  expect(peer.asked).toEqual(['initialize', 'notifications/initialized', 'tools/list', 'tools/list', 'prompts/list']);
});

test('a server of 2026 is discovered, and every request says the version', async () => {
  const versions: unknown[] = [];
  const note = (params: Readonly<Record<string, unknown>>) =>
    versions.push((params._meta as Record<string, unknown>)['io.modelcontextprotocol/protocolVersion']);
  const peer = server({
    'server/discover': (params) => note(params) && { capabilities: { tools: {} } },
    'tools/list': (params) => note(params) && { tools: [tool('a')] },
  });
  expect((await listServer(peer, about)).counts.tools).toBe(1);
  expect(versions).toEqual(['2026-07-28', '2026-07-28']);
});

test('a list that never ends is cut, and that is told', async () => {
  const peer = server({ initialize: () => ({}), 'tools/list': () => ({ tools: [tool('a')], nextCursor: 'more' }) });
  const { counts, faults } = await listServer(peer, about);
  expect([counts.tools, faults]).toEqual([100, ['tools/list has more than 100 pages; the rest was not read.']]);
});

test('a list that fails or is nonsense is told, and one that is not there is none', async () => {
  const peer = server({
    initialize: () => ({ capabilities: { prompts: {}, resources: {} } }),
    'prompts/list': () => {
      throw new Error('no database');
    },
    'resources/list': () => 'nonsense',
  });
  const { counts, faults } = await listServer(peer, about);
  expect(counts).toEqual({ tools: 0, prompts: 0, resources: 0, resourceTemplates: 0 });
  expect(faults).toEqual([
    'prompts/list was answered with an error: no database',
    'resources/list was answered with no object.',
  ]);
});

test('what answers neither greeting is no server', async () => {
  await expect(listServer(server({}), about)).rejects.toThrow('refused to begin: Method not found');
});
