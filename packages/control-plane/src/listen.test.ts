import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';

const here = { host: '127.0.0.1', port: 0, tls: undefined };

test('requests under way are answered before it closes, and new ones find nobody', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let arrived = () => {};
  const underWay = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const listening = await listen(here, async () => {
    arrived();
    await held;
    return new Response('late');
  });
  const url = `http://127.0.0.1:${listening.port}/`;
  const late = fetch(url).then((response) => response.text());
  await underWay;
  const closed = listening.close();
  release();
  expect(await late).toBe('late');
  await closed;
  await expect(fetch(url)).rejects.toThrow();
});

test('a port that is taken is an error of the start', async () => {
  const first = await listen(here, () => new Response(''));
  await expect(listen({ ...here, port: first.port }, () => new Response(''))).rejects.toThrow(/EADDRINUSE/);
  await first.close();
});

const openssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // Certificates cannot be made here.
  }
})();

test.runIf(openssl)('with a client authority only who shows a certificate of it comes in', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-tls-'));
  const file = (name: string) => path.join(folder, name);
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const fresh = (name: string) => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    `${name}.key`,
  ];
  run('req', '-x509', ...fresh('ca'), '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '1');
  run('req', '-x509', ...fresh('server'), '-out', 'server.pem', '-subj', '/CN=localhost', '-days', '1');
  run('req', ...fresh('client'), '-out', 'client.csr', '-subj', '/CN=client');
  run(
    'x509',
    '-req',
    '-in',
    'client.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'client.pem',
    '-days',
    '1',
  );
  const tls = { cert: file('server.pem'), key: file('server.key'), clientCa: file('ca.pem') };
  const listening = await listen({ ...here, tls }, () => new Response('in'));
  const ask = (client: object) =>
    new Promise<string>((resolve, reject) => {
      const asking = request({
        port: listening.port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        agent: false,
        ...client,
      });
      asking.on('response', (response) => response.setEncoding('utf8').on('data', resolve));
      asking.on('error', reject);
      asking.end();
    });
  await expect(ask({})).rejects.toThrow();
  const client = { cert: readFileSync(file('client.pem')), key: readFileSync(file('client.key')) };
  expect(await ask(client)).toBe('in');
  await listening.close();
});
