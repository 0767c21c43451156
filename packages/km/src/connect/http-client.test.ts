import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { issue } from '../certs/issue.ts';
import { HttpClient, wholeBody } from './http-client.ts';

const valid = { from: Date.now() - 60_000, until: Date.now() + 3_600_000 };
const authority = issue({ name: 'the authority', ...valid, use: 'ca' });
const serverPair = issue({ name: 'localhost', hosts: ['localhost'], ...valid, use: 'server' }, authority);
const clientPair = issue({ name: 'km', ...valid, use: 'client' }, authority);

async function port(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A server that wants a certificate of its clients, and tells whom it saw. */
function guarded(): https.Server {
  const { cert, key } = serverPair;
  const options = { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  return https.createServer(options, (request, response) => {
    response.end(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
  });
}

async function ask(client: HttpClient, url: string): Promise<string> {
  onTestFinished(() => client.close());
  const signal = new AbortController().signal;
  const answer = await client.send({ method: 'GET', url: new URL(url), headers: {}, signal });
  return (await wholeBody(answer)).toString();
}

const mutual = { ca: authority.cert, cert: clientPair.cert, key: clientPair.key };

test('a server that wants a certificate gets it, and one that nobody vouches for gets nothing', async () => {
  const url = `https://localhost:${await port(guarded())}/`;
  expect(await ask(new HttpClient(mutual), url)).toBe('km');
  await expect(ask(new HttpClient({ ca: authority.cert }), url)).rejects.toThrow();
  await expect(ask(new HttpClient(), url)).rejects.toMatchObject({ code: expect.stringMatching(/CERT|SIGNATURE/) });
});

test('through a proxy it is the server that is spoken to, and only its place that the proxy hears', async () => {
  const serverPort = await port(guarded());
  const heard: unknown[] = [];
  const proxy = http.createServer().on('connect', (request, socket) => {
    heard.push(request.url, request.headers['proxy-authorization']);
    const upstream = net.connect(serverPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    socket.on('error', () => {});
    upstream.on('error', () => {});
  });
  const address = new URL(`http://me:secret@127.0.0.1:${await port(proxy)}`);
  expect(await ask(new HttpClient(mutual, address), `https://localhost:${serverPort}/`)).toBe('km');
  expect(heard).toEqual([`localhost:${serverPort}`, `Basic ${Buffer.from('me:secret').toString('base64')}`]);
});

test('a proxy that refuses is named as the reason', async () => {
  const proxy = http.createServer().on('connect', (_, socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'));
  const client = new HttpClient({}, new URL(`http://127.0.0.1:${await port(proxy)}`));
  await expect(ask(client, 'https://localhost:1/')).rejects.toMatchObject({ code: 'the proxy answered HTTP 407' });
});
