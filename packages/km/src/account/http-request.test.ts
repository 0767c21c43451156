import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { showHealth } from '@kilometers/core/api/health.ts';
import { expect, onTestFinished, test } from 'vitest';
import { issue } from '../certs/issue.ts';
import type { Settings } from '../config/settings.ts';
import { openApiClient } from './api-client.ts';
import { readTlsFiles } from './tls-files.ts';

const now = Date.now();
const day = 86_400_000;
const from = { from: now - day, until: now + day };
const ca = issue({ name: 'test CA', use: 'ca', ...from });
const server = issue({ name: 'localhost', use: 'server', hosts: ['localhost'], ...from }, ca);
const client = issue({ name: 'km', use: 'client', ...from }, ca);

/** A control plane that wants certificates; ends with who showed one. */
async function serve() {
  const shown: string[] = [];
  const options = { cert: server.cert, key: server.key, ca: ca.cert, requestCert: true, rejectUnauthorized: true };
  const listener = createServer(options, (request, response) => {
    shown.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
    response.end('{"status":"ok"}');
  });
  await new Promise<void>((resolve) => void listener.listen(0, 'localhost', resolve));
  onTestFinished(() => {
    listener.closeAllConnections();
    listener.close();
  });
  return { apiUrl: `https://localhost:${(listener.address() as AddressInfo).port}`, shown };
}

/** Settings that name files with these texts. */
function settings(texts: { ca?: string; cert?: string; key?: string }): Settings {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: 'ca' | 'cert' | 'key') => {
    if (texts[name] === undefined) return '';
    writeFileSync(path.join(folder, name), texts[name]);
    return path.join(folder, name);
  };
  return { api_tls: { ca: file('ca'), cert: file('cert'), key: file('key') } } as Settings; // All that is read.
}

test('the control plane is trusted by the authority that is set, and sees the certificate that is set', async () => {
  const { apiUrl, shown } = await serve();
  const tls = readTlsFiles(settings({ ca: ca.cert, cert: client.cert, key: client.key }));
  expect((await openApiClient({ apiUrl, tls }).call(showHealth)).value).toEqual({ status: 'ok' });
  expect(shown).toEqual(['km']);
});

test('one that another authority vouches for is not spoken to', async () => {
  const { apiUrl, shown } = await serve();
  const other = issue({ name: 'other CA', use: 'ca', ...from });
  for (const tls of [undefined, readTlsFiles(settings({ ca: other.cert, cert: client.cert, key: client.key }))])
    await expect(openApiClient({ apiUrl, tls }).call(showHealth)).rejects.toMatchObject({
      code: 'network.unreachable',
    });
  expect(shown).toEqual([]);
});

test('a file that is not there is told by its setting', () => {
  const missing = { api_tls: { ca: path.join(tmpdir(), 'no-such-file.pem'), cert: '', key: '' } } as Settings;
  expect(() => readTlsFiles(missing)).toThrow(/api_tls\.ca/);
  expect(readTlsFiles(settings({}))).toBeUndefined();
});
