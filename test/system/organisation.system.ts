import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ApiClient, signIn } from '../../scripts/api-client.ts';
import { type RunningControlPlane, runControlPlane } from '../../scripts/run-control-plane.ts';
import { type Answer, JudgedSession } from '../e2e/judged-session.ts';
import { makeHome, messages, testServer } from '../e2e/start-km.ts';

/** Policies of an organisation and remote analysis: real km's, and a real control plane behind a way that a test can spoil. */

let plane: RunningControlPlane;
let owner: ApiClient;
let apiKey: string;
let way: Way;
beforeAll(async () => {
  plane = await runControlPlane({ KM_SERVER_DATA_DIR: mkdtempSync(path.join(tmpdir(), 'km-server-')) });
  owner = await signIn(plane.url, plane.signInUrl ?? '');
  ({ api_key: apiKey } = await owner.send<{ api_key: string }>('POST', '/api/keys', { name: 'a laptop' }));
  way = await openWay(plane.url);
}, 60_000);
afterAll(async () => {
  way.close();
  await plane.stop();
});

interface Way {
  readonly url: string;
  /** Answers to `GET /api/policy`, as they came. */
  readonly seen: string[];
  /** Sent in the place of the next answers to `GET /api/policy`, while it is set. */
  instead: string | undefined;
  /** True while nothing comes through. */
  broken: boolean;
  close(): void;
}

/** Stands between km and the control plane. */
async function openWay(target: string): Promise<Way> {
  const server = createServer(async (request, response) => {
    if (way.broken) return response.destroy();
    const { method = 'GET', url = '' } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const init = { method, headers: headers as Record<string, string> };
    const answer = await fetch(target + url, chunks.length > 0 ? { ...init, body: Buffer.concat(chunks) } : init);
    const text = await answer.text();
    if (url === '/api/policy' && answer.status === 200) way.seen.push(text);
    const spoilt = url === '/api/policy' ? way.instead : undefined;
    const passed = [...answer.headers].filter(([name]) => name === 'content-type' || name === 'etag');
    response.writeHead(spoilt === undefined ? answer.status : 200, Object.fromEntries(passed));
    response.end(spoilt ?? text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen: [],
    instead: undefined,
    broken: false,
    close: () => server.close(),
  };
}

const patience = { timeout: 25_000, interval: 100 };
const textOf = ({ result }: Answer) => result?.content?.[0]?.text ?? '';

/** A home whose owner allows everything, with a configuration. */
function homeWith(settings: object): string {
  const home = makeHome();
  const folder = path.join(home, '.config/km');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ organisation: { refresh: 1 }, ...settings }));
  const policy = 'version: 1\norder: first-match\nrules:\n  - { name: mine, when: "true", action: allow }\n';
  writeFileSync(path.join(folder, 'policy.yaml'), policy);
  return home;
}

/** A session of a km that has the key of the organisation. */
function session(home: string): JudgedSession {
  const env = { KM_API_KEY: apiKey, KM_API_URL: way.url };
  return new JudgedSession(testServer('notes-what-comes', path.join(makeHome(), 'came')), { home, tier: 'free', env });
}

/** Puts a policy in force that stops calls of a tool. */
async function forbid(tool: string): Promise<void> {
  const rule = `{ name: no-${tool}, when: tool.name == "${tool}", action: block }`;
  const policy = `version: 1\norder: first-match\nrules:\n  - ${rule}\n`;
  await owner.send('POST', '/api/policies', { policy, activate: true });
}

const calls = async (km: JudgedSession, tool: string) => textOf(await km.calls(tool, { sql: 'x' }));

test("a policy holds for a km that runs, over its owner's own rules; without a network it holds from the first message on", async () => {
  const home = homeWith({});
  const km = session(home);
  expect(await calls(km, 'query')).toBe('done');
  await forbid('query');
  // Every one of these calls is answered, by the server or in its stead: none is lost when the rules change.
  await vi.waitFor(async () => expect(await calls(km, 'query')).toMatch(/organisation\/no-query/), patience);
  expect(await calls(km, 'fetch')).toBe('done');
  await km.ends();

  way.broken = true;
  const offline = session(home);
  expect(await calls(offline, 'query')).toMatch(/organisation\/no-query/);
  await offline.ends();
  way.broken = false;
}, 90_000);

test('a policy holds also where risk analysis is switched off', async () => {
  const home = homeWith({ risk_analysis: { enabled: false } });
  await forbid('query');
  const km = session(home);
  await vi.waitFor(async () => expect(await calls(km, 'query')).toMatch(/no-query/), patience);
  await km.ends();
}, 90_000);

test('a policy that was in force before, or was altered, is refused and told of', async () => {
  const home = homeWith({});
  await forbid('query');
  const km = session(home);
  await vi.waitFor(async () => expect(await calls(km, 'query')).toMatch(/no-query/), patience);
  const before = way.seen.at(-1) ?? '';
  await forbid('fetch');
  await vi.waitFor(async () => expect(await calls(km, 'fetch')).toMatch(/no-fetch/), patience);

  way.instead = before;
  await vi.waitFor(() => expect(km.run.err.text).toMatch(/older than the one that this machine has seen/), patience);
  way.instead = (way.seen.at(-1) ?? '').replace('action: block', 'action: allow');
  await vi.waitFor(() => expect(km.run.err.text).toMatch(/its text is not the one that was signed/), patience);
  expect(await calls(km, 'fetch')).toMatch(/no-fetch/);
  way.instead = undefined;
  await km.ends();
}, 90_000);

test('the control plane scores messages where that is switched on, and what it does not answer for is on record', async () => {
  const home = homeWith({ risk_analysis: { remote: { enabled: true, deadline: 5 } } });
  const km = session(home);
  const said = () => messages(home, 'c2s').flatMap(({ by = [] }) => by.filter((one) => one.by === 'remote-risk'));
  await vi.waitFor(async () => {
    expect(await calls(km, 'send_message')).toBe('done');
    expect(said()).toContainEqual({
      by: 'remote-risk',
      verdict: 'pass',
      reason: 'The control plane scores it 0.00.',
    });
  }, patience);
  way.broken = true;
  expect(await calls(km, 'send_message')).toBe('done');
  await km.ends();
  way.broken = false;
  expect(said().at(-1)).toMatchObject({ verdict: 'unjudged', reason: expect.stringMatching(/cannot be reached/) });
}, 90_000);
