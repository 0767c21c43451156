import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listenWith } from './listening.ts';
import { makeHome, runKm, testServer } from './start-km.ts';

test('certificates that km makes let a client in over TLS, and only one that brings its own', async () => {
  const home = makeHome();
  const folder = path.join(home, 'certs');
  const file = (name: string) => path.join(folder, name);
  const made = await runKm(['certs', 'new', '--host', 'km.example.com', '--days', '20'], { home });
  expect(made.status).toBe(0);
  expect(statSync(file('server-key.pem')).mode & 0o777).toBe(0o600);
  const shown = await runKm(['certs', 'show', file('server.pem')], { home });
  expect(shown.stdout).toMatch(/km\.example\.com\)\n.*signed by.*km authority.*\n.*19 days left: renew it soon/);

  const tls = [
    '--tls-cert',
    file('server.pem'),
    '--tls-key',
    file('server-key.pem'),
    '--tls-client-ca',
    file('ca.pem'),
  ];
  const km = await listenWith(testServer('remembers'), { home, options: [...tls, '--no-token'] });
  expect(km.url.protocol).toBe('https:');
  const client = { cert: readFileSync(file('client.pem')), key: readFileSync(file('client-key.pem')) };
  expect(await statusOf(km.url, { ca: readFileSync(file('ca.pem')), ...client })).toBe(200);
  await expect(statusOf(km.url, { ca: readFileSync(file('ca.pem')) })).rejects.toThrow();
});

test('an authority stays when certificates are made anew', async () => {
  const home = makeHome();
  const read = (name: string) => readFileSync(path.join(home, 'certs', name), 'utf8');
  await runKm(['certs', 'new'], { home });
  const [ca, server] = [read('ca.pem'), read('server.pem')];
  expect((await runKm(['certs', 'new'], { home })).stdout).toContain('the one before');
  expect(read('ca.pem')).toBe(ca);
  expect(read('server.pem')).not.toBe(server);
});

function statusOf(url: URL, tls: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL('/healthz', url), tls, (res) => {
      res.resume();
      resolve(res.statusCode);
    });
    asked.on('error', reject).end();
  });
}
