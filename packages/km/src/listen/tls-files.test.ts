import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { fillFolder } from '../certs/certificate-folder.ts';
import { openHttpServer } from './http-server.ts';
import { readTls, type TlsFiles, watchTls } from './tls-files.ts';

const dayMs = 86_400_000;

/** A folder with certificates in it, made anew by `renew`. */
function certificates() {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => path.join(folder, name);
  const files: TlsFiles = { cert: file('server.pem'), key: file('server-key.pem'), clientCa: undefined };
  const renew = (now = Date.now()) => fillFolder({ folder, hosts: ['localhost'], days: 20, now });
  renew();
  return { files, renew, ca: readFileSync(file('ca.pem')), file };
}

/** An `after` whose time is moved by hand. */
function testClock() {
  let due: (() => void)[] = [];
  return {
    after: (_ms: number, then: () => void) => {
      due.push(then);
      return () => {
        due = due.filter((one) => one !== then);
      };
    },
    pass() {
      for (const then of due.splice(0)) then();
    },
  };
}

/** The fingerprint of the certificate that a request is answered with, and whether its connection was there before. */
function ask(port: number, agent: Agent): Promise<{ print: string; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const req = request({ host: 'localhost', port, agent }, (res) => {
      const print = (res.socket as TLSSocket).getPeerCertificate().fingerprint256;
      res.resume().on('end', () => resolve({ print, reused: req.reusedSocket }));
    });
    req.on('error', reject).end();
  });
}

async function secureServer(files: TlsFiles) {
  const clock = testClock();
  const faults: string[] = [];
  const content = readTls(files, Date.now());
  const server = await openHttpServer({
    address: { host: 'localhost', port: 0 },
    tls: { ...content, requestCert: files.clientCa !== undefined },
    connectionsMax: 10,
    handle: (_, res) => void res.end('ok'),
  });
  const onFault = (message: string) => void faults.push(message);
  onTestFinished(watchTls({ files, content, after: clock.after, now: Date.now, onChange: server.useTls, onFault }));
  onTestFinished(async () => {
    server.cut();
    await server.close();
  });
  return { server, clock, faults };
}

test('a renewed certificate is shown to new connections, and old ones go on', async () => {
  const { files, renew, ca } = certificates();
  const { server, clock } = await secureServer(files);
  const [old, fresh] = [new Agent({ ca, keepAlive: true }), new Agent({ ca })];
  const { print } = await ask(server.port, old);
  renew();
  clock.pass();
  const renewed = await ask(server.port, fresh);
  expect(renewed.print).not.toBe(print);
  expect(await ask(server.port, old)).toEqual({ print, reused: true });
  old.destroy();
});

test('files that are no good leave what is in use, and are told once', async () => {
  const { files, renew, ca } = certificates();
  const { server, clock, faults } = await secureServer(files);
  const agent = new Agent({ ca, maxCachedSessions: 0 });
  const { print } = await ask(server.port, agent);
  writeFileSync(files.cert, 'no certificate');
  clock.pass();
  clock.pass();
  renew(Date.now() - 21 * dayMs);
  clock.pass();
  rmSync(files.key);
  clock.pass();
  expect(faults).toEqual([
    expect.stringContaining('no PEM file'),
    expect.stringContaining('has expired'),
    expect.stringContaining('cannot be read'),
  ]);
  expect((await ask(server.port, agent)).print).toBe(print);
});

test('where clients need a certificate, none and a foreign one are refused', async () => {
  const { files, ca, file } = certificates();
  const foreign = certificates();
  const { server } = await secureServer({ ...files, clientCa: file('ca.pem') });
  const withPair = (from: (name: string) => string) =>
    new Agent({ ca, cert: readFileSync(from('client.pem')), key: readFileSync(from('client-key.pem')) });
  await expect(ask(server.port, withPair(file))).resolves.toMatchObject({ reused: false });
  await expect(ask(server.port, new Agent({ ca }))).rejects.toThrow();
  await expect(ask(server.port, withPair(foreign.file))).rejects.toThrow();
});

test('a certificate that expires is spoken of in time, and again when it has', () => {
  const { files } = certificates();
  const clock = testClock();
  const faults: string[] = [];
  let now = Date.now();
  const content = readTls(files, now);
  const onFault = (message: string) => void faults.push(message);
  watchTls({ files, content, after: clock.after, now: () => now, onChange: () => {}, onFault });
  for (const days of [1, 12, 1, 10, 1]) {
    now += days * dayMs;
    clock.pass();
  }
  expect(faults).toEqual([expect.stringContaining('expires on'), expect.stringContaining('has expired')]);
});

test('a key that belongs to another certificate is refused', () => {
  const [one, other] = [certificates(), certificates()];
  expect(() => readTls({ ...one.files, key: other.files.key }, Date.now())).toThrow(/is not the key of/);
});
