import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
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

/** A folder in which certificates are made. */
function makeFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-tls-'));
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const withKey = (name: string) => `-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${name}.key`.split(' ');
  return {
    file: (name: string) => path.join(folder, name),
    selfSigned: (name: string, subject = name) =>
      run('req', '-x509', ...withKey(name), '-out', `${name}.pem`, '-subj', `/CN=${subject}`, '-days', '1'),
    signedBy(ca: string, name: string) {
      run('req', ...withKey(name), '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      const by = ['-CA', `${ca}.pem`, '-CAkey', `${ca}.key`, '-CAcreateserial'];
      run('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`, '-days', '1');
    },
  };
}

test.runIf(openssl)('with a client authority only who shows a certificate of it comes in', async () => {
  const { file, selfSigned, signedBy } = makeFolder();
  selfSigned('ca');
  selfSigned('server', 'localhost');
  signedBy('ca', 'client');
  const tls = { cert: file('server.pem'), key: file('server.key'), clientCa: file('ca.pem') };
  const listening = await listen({ ...here, tls }, () => new Response('in'));
  const ask = (client: object) =>
    new Promise<string>((resolve, reject) => {
      const where = { port: listening.port, host: '127.0.0.1', rejectUnauthorized: false, agent: false } as const;
      const asking = request({ ...where, ...client });
      asking.on('response', (response) => response.setEncoding('utf8').on('data', resolve));
      asking.on('error', reject);
      asking.end();
    });
  await expect(ask({})).rejects.toThrow();
  const client = { cert: readFileSync(file('client.pem')), key: readFileSync(file('client.key')) };
  expect(await ask(client)).toBe('in');
  await listening.close();
});

test.runIf(openssl)('a renewed certificate is shown to those who come, and who is connected stays so', async () => {
  const { file, selfSigned } = makeFolder();
  selfSigned('server', 'first');
  selfSigned('next', 'second');
  const tls = { cert: file('server.pem'), key: file('server.key'), clientCa: undefined };
  const listening = await listen({ ...here, tls }, () => new Response('in'));
  const connection = () => new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  /** Whose certificate the connection of the agent was made with, and whether it was there before. */
  const ask = (agent: Agent) =>
    new Promise<readonly [string, boolean]>((resolve, reject) => {
      const asking = request({ port: listening.port, host: '127.0.0.1', agent }, (response) => {
        const { subject } = (response.socket as TLSSocket).getPeerCertificate();
        response.resume().on('end', () => resolve([String(subject.CN), asking.reusedSocket]));
      });
      asking.on('error', reject).end();
    });
  const old = connection();
  expect(await ask(old)).toEqual(['first', false]);
  expect(listening.renewTls()).toBe(false);

  copyFileSync(file('next.pem'), file('server.pem'));
  expect(() => listening.renewTls()).toThrow(/key values mismatch/);
  const meanwhile = connection();
  expect(await ask(meanwhile)).toEqual(['first', false]);

  copyFileSync(file('next.key'), file('server.key'));
  expect(listening.renewTls()).toBe(true);
  const fresh = connection();
  expect(await ask(fresh)).toEqual(['second', false]);
  expect(await ask(old)).toEqual(['first', true]);
  for (const agent of [old, meanwhile, fresh]) agent.destroy();
  await listening.close();
});
