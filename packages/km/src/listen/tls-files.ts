import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isKmError, KmError } from '@kilometers/core/errors.ts';
import type { After } from '../after.ts';

/** The files of a TLS server. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Who signs the certificates of clients; then every client has to bring one. */
  readonly clientCa: string | undefined;
}

export interface TlsContent {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
  /** When the certificate expires, milliseconds since the epoch. */
  readonly until: number;
}

/** So long before it expires a certificate is spoken of. */
const soonMs = 7 * 86_400_000;

/** How often the files are looked at. Programs that renew certificates write them long before they are needed. */
const lookMs = 5_000;

/**
 * Reads the files and checks that they fit each other.
 *
 * @param now Milliseconds since the epoch.
 * @throws KmError `listen.certificate`
 */
export function readTls(files: TlsFiles, now: number): TlsContent {
  const cert = read(files.cert);
  const key = read(files.key);
  const ca = files.clientCa === undefined ? undefined : read(files.clientCa);
  const certificate = parsed(files.cert, () => new X509Certificate(cert));
  const privateKey = parsed(files.key, () => createPrivateKey(key));
  if (ca !== undefined) parsed(files.clientCa ?? '', () => new X509Certificate(ca));
  if (!certificate.checkPrivateKey(privateKey)) throw wrong(`${files.key} is not the key of ${files.cert}.`);
  if (Date.parse(certificate.validTo) <= now) throw wrong(`${files.cert} has expired on ${certificate.validTo}.`);
  return { cert, key, ...(ca && { ca }), until: Date.parse(certificate.validTo) };
}

export interface TlsWatch {
  readonly files: TlsFiles;
  /** What is in use. */
  readonly content: TlsContent;
  readonly after: After;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onChange: (content: TlsContent) => void;
  /** New files are no good, and what was in use stays. */
  readonly onFault: (message: string) => void;
}

/** Looks now and then whether the files have changed. Call what it returns to end it. */
export function watchTls({ files, content, after, now, onChange, onFault }: TlsWatch): () => void {
  let seen = stampOf(files);
  let { until } = content;
  let warned = warningFor(until, now());
  if (warned) onFault(warned);
  let cancel = after(lookMs, look);

  function look(): void {
    cancel = after(lookMs, look);
    const stamp = stampOf(files);
    if (stamp !== seen) readAgain();
    seen = stamp;
    const warning = warningFor(until, now());
    if (warning && warning !== warned) onFault(warning);
    warned = warning;
  }

  function readAgain(): void {
    try {
      const fresh = readTls(files, now());
      until = fresh.until;
      onChange(fresh);
    } catch (error) {
      const reason = isKmError(error) ? error.message : String(error);
      onFault(`The new certificate is not used, the one before stays: ${reason}`);
    }
  }

  return () => cancel();
}

/** The same for as long as there is nothing new to say. */
function warningFor(until: number, now: number): string | undefined {
  if (now >= until) return 'The certificate has expired: clients refuse it.';
  return now >= until - soonMs ? `The certificate expires on ${new Date(until).toISOString()}.` : undefined;
}

/** Changes with any of the files, also when they are swapped by a symbolic link. */
function stampOf({ cert, key, clientCa }: TlsFiles): string {
  return [cert, key, clientCa].map((file) => (file === undefined ? '' : stampOfFile(file))).join(' ');
}

function stampOfFile(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino}:${stat.size}:${stat.mtimeMs}`;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new KmError('listen.certificate', `${file} cannot be read.`, { cause });
  }
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new KmError('listen.certificate', `${file} is no PEM file of the kind that is wanted.`, { cause });
  }
}

function wrong(message: string): KmError {
  return new KmError('listen.certificate', message);
}
