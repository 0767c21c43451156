import { isIP } from 'node:net';
import { KmError } from '@kilometers/core/errors.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `8080`, `:8080`, `0.0.0.0:8080`, `[::1]:8080` or `localhost:8080`. Without a host only this machine is listened to.
 *
 * @throws KmError `usage.bad-value`
 */
export function readAddress(text: string): ListenAddress {
  const [, bracketed, name, digits] = /^(?:(?:\[([0-9a-f:.]+)\]|([^:[\]]*)):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new KmError('usage.bad-value', `--listen takes [host:]port, such as 8080 or 0.0.0.0:8080; got "${text}".`);
  }
  return { host: bracketed ?? (name || '127.0.0.1'), port };
}

/** True when only programs of this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** True for the addresses that stand for all addresses of the machine. */
export function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
