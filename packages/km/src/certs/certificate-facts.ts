import { X509Certificate } from 'node:crypto';

/** What a person wants to know of a certificate. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and addresses it is for. */
  readonly hosts: readonly string[];
  readonly from: string;
  readonly until: string;
  /** Whole days until it expires; below 0 once it has. */
  readonly days: number;
  /** SHA-256. */
  readonly fingerprint: string;
}

const dayMs = 86_400_000;

/**
 * Reads the first certificate of a PEM or DER file; undefined when there is none in it.
 *
 * @param now Milliseconds since the epoch.
 */
export function certificateFacts(file: Uint8Array, now: number): CertificateFacts | undefined {
  const certificate = parsed(file);
  if (certificate === undefined) return undefined;
  const { subject, issuer, subjectAltName = '', validFrom, validTo, fingerprint256 } = certificate;
  return {
    subject: oneLine(subject),
    issuer: issuer === subject ? 'itself' : oneLine(issuer),
    hosts: subjectAltName.split(', ').flatMap((name) => name.replace(/^(?:DNS|IP Address):/, '') || []),
    from: new Date(validFrom).toISOString(),
    until: new Date(validTo).toISOString(),
    days: Math.floor((Date.parse(validTo) - now) / dayMs),
    fingerprint: fingerprint256,
  };
}

function parsed(file: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(file);
  } catch {
    return undefined; // A key, or something else altogether.
  }
}

/** Node puts each part of a name on a line of its own. */
function oneLine(name: string): string {
  return name.split('\n').join(', ');
}
