import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { exchangeKey, showAccount } from '@kilometers/core/api/auth.ts';
import { ingestEvents } from '@kilometers/core/api/events.ts';
import { fetchPolicy } from '@kilometers/core/api/policies.ts';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../config/secret.ts';
import { openApiClient } from './api-client.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

async function serve(answer: Answer): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    answer(request, response, Buffer.concat(chunks));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));

const tokens = { jwt: 'a.b.c', expires_in: 900, refresh_token: 'r', later: true };
const events = { accepted: 1, duplicates: 0, rejected: [], events_remaining: null };

test('a call goes where the contract says, and what comes back is checked and kept whole', async () => {
  const seen: unknown[] = [];
  const apiUrl = await serve((request, response, body) => {
    seen.push([request.method, request.url, request.headers['km-api'], request.headers.authorization, `${body}`]);
    json(response, 200, tokens);
  });
  const client = openApiClient({ apiUrl: `${apiUrl}/behind/`, token: async () => new Secret('t') });
  const { value } = await client.call(exchangeKey, { body: { api_key: 'k' } });
  expect(value).toEqual(tokens);
  expect(seen).toEqual([['POST', '/behind/api/auth/exchange', '1', undefined, '{"api_key":"k"}']]);
});

test('JSON that is ready is sent as it is, compressed where that is wished', async () => {
  let sent = '';
  const apiUrl = await serve((_, response, body) => {
    sent = gunzipSync(body).toString();
    json(response, 200, events);
  });
  await openApiClient({ apiUrl }).call(ingestEvents, { json: '[ {"id":"1"} ]', gzip: true });
  expect(sent).toBe('[ {"id":"1"} ]');
});

test('what the server says no with is told, with its code and how long it wants to be left alone', async () => {
  const apiUrl = await serve((_, response) =>
    json(response, 429, { code: 'request.rate-limited', title: 'Too \u001b[31mmany.' }, { 'Retry-After': '7' }),
  );
  const call = openApiClient({ apiUrl }).call(ingestEvents, { json: '[]' });
  await expect(call).rejects.toMatchObject({
    code: 'network.busy',
    status: 429,
    problem: 'request.rate-limited',
    retryAfterMs: 7_000,
    message: expect.not.stringContaining('\u001b'),
  });
});

test('a token that was refused is renewed once', async () => {
  const shown: (string | undefined)[] = [];
  const apiUrl = await serve((request, response) => {
    shown.push(request.headers.authorization);
    json(response, 401, { code: 'auth.expired' });
  });
  const token = async (refused?: Secret) => new Secret(refused ? 'new' : 'old');
  const call = openApiClient({ apiUrl, token }).call(showAccount);
  await expect(call).rejects.toMatchObject({ code: 'account.refused', problem: 'auth.expired' });
  expect(shown).toEqual(['Bearer old', 'Bearer new']);
});

test('a redirect is not followed: the token goes nowhere else', async () => {
  let asked = 0;
  const elsewhere = await serve((_, response) => {
    asked++;
    json(response, 200, {});
  });
  const apiUrl = await serve((_, response) => void response.writeHead(307, { Location: elsewhere }).end());
  const call = openApiClient({ apiUrl, token: async () => new Secret('t') }).call(showAccount);
  await expect(call).rejects.toMatchObject({ code: 'network.bad-answer' });
  expect(asked).toBe(0);
});

test.each([
  ['a page', '<html>'],
  ['JSON of another kind', '{"jwt":1}'],
])('%s is no answer', async (_, text) => {
  const apiUrl = await serve((_request, response) => void response.end(text));
  const call = openApiClient({ apiUrl }).call(exchangeKey, { body: { api_key: 'k' } });
  await expect(call).rejects.toMatchObject({ code: 'network.bad-answer', status: 200 });
});

test('what has not changed has no value', async () => {
  const apiUrl = await serve((_, response) => void response.writeHead(304, { ETag: '"1"' }).end());
  const answer = await openApiClient({ apiUrl }).call(fetchPolicy, { headers: { 'If-None-Match': '"1"' } });
  expect(answer).toMatchObject({ status: 304, value: undefined, headers: { etag: '"1"' } });
});

test('an answer that does not come counts as none after the deadline, and a call can be ended', async () => {
  const apiUrl = await serve(() => {});
  const client = openApiClient({ apiUrl });
  const late = client.call(exchangeKey, { body: { api_key: 'k' }, deadlineMs: 1 });
  await expect(late).rejects.toMatchObject({
    code: 'network.unreachable',
    message: expect.stringContaining('in time'),
  });
  const ended = client.call(exchangeKey, { body: { api_key: 'k' }, signal: AbortSignal.abort() });
  await expect(ended).rejects.toMatchObject({ code: 'network.unreachable' });
});
