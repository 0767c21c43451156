import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { issue } from './issue.ts';

const from = Date.parse('2026-01-01T00:00:00Z');
const until = Date.parse('2027-01-01T00:00:00Z');
const authority = issue({ name: 'An authority', use: 'ca', from, until });
const hosts = ['localhost', '127.0.0.1', '::1', 'km.example.com'];

test('a certificate says what was wanted, and its authority stands for it', () => {
  const { cert, key } = issue({ name: 'A server', use: 'server', hosts, from, until }, authority);
  const [certificate, ca] = [new X509Certificate(cert), new X509Certificate(authority.cert)];
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(certificate.verify(ca.publicKey)).toBe(true);
  expect(certificate.checkIssued(ca)).toBe(true);
  expect([certificate.ca, ca.ca]).toEqual([false, true]);
  expect(certificate.subject).toBe('CN=A server');
  expect([Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]).toEqual([from, until]);
  expect(hosts.filter((host) => !certificate.checkHost(host) && !certificate.checkIP(host))).toEqual([]);
  expect(certificate.checkHost('example.com')).toBeUndefined();
});

test('no two certificates have the same number', () => {
  const numbers = [1, 2, 3].map(
    () => new X509Certificate(issue({ name: 'x', use: 'client', from, until }).cert).serialNumber,
  );
  expect(new Set(numbers).size).toBe(3);
});
