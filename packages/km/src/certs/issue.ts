import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/** A certificate with its key, both as PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface Wanted {
  readonly name: string;
  readonly use: 'ca' | 'server' | 'client';
  /** DNS names and addresses that a server is reached under. */
  readonly hosts?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';

/**
 * Makes a certificate with a new key (ECDSA, P-256), signed by `ca`, or by itself where there is none.
 *
 * @see RFC 5280
 */
export function issue(wanted: Wanted, ca?: Pair): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = ca && new X509Certificate(ca.cert);
  const issuerName = issuer ? AsnConvert.parse(issuer.raw, Certificate).tbsCertificate.subject : nameOf(wanted.name);
  const content = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 }),
    issuer: issuerName,
    validity: new Validity({ notBefore: dateOf(wanted.from), notAfter: dateOf(wanted.until) }),
    subject: nameOf(wanted.name),
    subjectPublicKeyInfo: AsnConvert.parse(derOf(publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions(extensionsFor(wanted, publicKey, issuer?.publicKey ?? publicKey)),
  });
  const signer = ca ? createPrivateKey(ca.key) : privateKey;
  const certificate = new Certificate({
    tbsCertificate: content,
    signatureAlgorithm: content.signature,
    signatureValue: exactly(sign('sha256', Buffer.from(AsnConvert.serialize(content)), signer)),
  });
  return {
    cert: new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extensionsFor({ use, hosts = [] }: Wanted, publicKey: KeyObject, issuerKey: KeyObject): Extension[] {
  const authority = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyId(issuerKey)) });
  const common = [
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyId(publicKey))),
    extension(id_ce_authorityKeyIdentifier, authority),
  ];
  if (use === 'ca') {
    const signs = new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign);
    const only = new BasicConstraints({ cA: true, pathLenConstraint: 0 });
    return [...common, extension(id_ce_basicConstraints, only, true), extension(id_ce_keyUsage, signs, true)];
  }
  const purpose = use === 'server' ? id_kp_serverAuth : id_kp_clientAuth;
  return [
    ...common,
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([purpose])),
    ...(hosts.length === 0 ? [] : [extension(id_ce_subjectAltName, new SubjectAlternativeName(hosts.map(altName)))]),
  ];
}

function extension(extnID: string, value: object, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function altName(host: string): GeneralName {
  return isIP(host) === 0 ? new GeneralName({ dNSName: host }) : new GeneralName({ iPAddress: host });
}

function nameOf(name: string): Name {
  const value = new AttributeValue({ utf8String: name });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonName, value })])]);
}

/** Whole seconds, as certificates have them. */
function dateOf(ms: number): Date {
  return new Date(Math.floor(ms / 1_000) * 1_000);
}

/** Positive, and nobody can guess it. */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return exactly(bytes);
}

/** What identifies a key need only be the same each time, and differ from others: the end of its text does. */
function keyId(publicKey: KeyObject): ArrayBuffer {
  return exactly(derOf(publicKey).subarray(-20));
}

function derOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** The bytes in a buffer of their own, which the encoder wants. */
function exactly(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer as ArrayBuffer;
}
