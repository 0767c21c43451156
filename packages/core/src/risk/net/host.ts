import ipaddr from 'ipaddr.js';

/** Where a host is, as far as its name tells. */
export type Reach = 'metadata' | 'link-local' | 'loopback' | 'private' | 'internal-name' | 'public';

export interface Host {
  readonly reach: Reach;
  /** Written so that a reader or a filter does not see where it leads: a number, octal, an address within a name. */
  readonly disguised: boolean;
}

const metadataAddresses = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '169.254.169.123',
  '169.254.0.23',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
]);
const metadataNames =
  /^(?:metadata(?:\.(?:google|goog|azure|platformequinix|packet|tencentyun|nic|oraclecloud|internal))?(?:\.(?:internal|com|net|cloud))?|instance-data(?:\.ec2)?(?:\.internal)?|rancher-metadata|metadata\.(?:packet\.net|platformequinix\.com|tencentyun\.com)|.*\.metadata\.google\.internal)$/;
const loopbackNames =
  /^(?:localhost\d?|(?:[\w-]+\.)*localhost|localhost\d?\.localdomain\d?|ip6-(?:localhost|loopback)|ipv6-(?:localhost|loopback)|(?:.+\.)?(?:localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|yoogle\.com|127-0-0-1\.org\.uk|fbi\.com\.localhost|bugbounty\.dod\.network|spoofed\.burpcollaborator\.net))$/;
const internalNames =
  /^(?:(?:host|gateway|kubernetes)\.docker\.internal|host\.containers\.internal|kubernetes(?:\.default)?(?:\.svc(?:\.cluster\.local)?)?|.+\.svc\.cluster\.local|.+\.(?:internal|local|localdomain|corp|intranet|lan|home\.arpa))$/;
/** Services that answer with the address that stands in the name. */
const namesWithAddress =
  /^(?:.*[.-])?((?:\d{1,3}[.-]){3}\d{1,3}|[0-9a-f]{8})\.(?:nip\.io|sslip\.io|xip\.io|xip\.name|ip\.[a-z.]+|rbndr\.us|1u\.ms|traefik\.me)$/;

/**
 * @param host As `new URL` gives it: numbers, octal and hex addresses have become dotted ones, IPv6 is in brackets.
 * @param written The host as it was written, lower case.
 */
export function lookAtHost(host: string, written: string): Host {
  const name = host
    .replace(/\.+$/, '')
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '');
  // To tell that a name is no address costs `isValid` an exception.
  if (/:|\.\d+$/.test(name) && ipaddr.isValid(name)) return lookAtAddress(name, written);
  const within = namesWithAddress.exec(name)?.[1];
  if (within !== undefined) {
    const inner = lookAtAddress(addressFrom(within), within).reach;
    return { reach: inner, disguised: inner !== 'public' };
  }
  if (metadataNames.test(name)) return { reach: 'metadata', disguised: false };
  if (loopbackNames.test(name))
    return { reach: 'loopback', disguised: !/^(?:.*\.)?localhost/.test(name) && !name.startsWith('ip') };
  return { reach: internalNames.test(name) ? 'internal-name' : 'public', disguised: false };
}

function addressFrom(text: string): string {
  if (!/^[0-9a-f]{8}$/.test(text)) return text.replaceAll('-', '.');
  return (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)).join('.');
}

function lookAtAddress(text: string, written: string): Host {
  if (!ipaddr.isValid(text)) return { reach: 'public', disguised: false };
  const address = ipaddr.parse(text);
  const four = address instanceof ipaddr.IPv6 ? fourWithin(address) : address;
  if (four) {
    const plain = written.replace(/\.+$/, '') === four.toString();
    return { reach: reachOf(four.toString(), four.range()), disguised: !plain };
  }
  const canonical = address.toString();
  const usual = written.replace(/^\[|\]$/g, '') === canonical;
  return { reach: reachOf(canonical, address.range()), disguised: !usual };
}

/** The IPv4 address in a mapped, compatible, NAT64 or 6to4 one. */
function fourWithin(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const { parts } = address;
  const [first = 0, second = 0, third = 0, , , sixth = 0, seventh = 0, eighth = 0] = parts;
  const leading = parts.slice(0, 5).every((part) => part === 0);
  const mapped =
    (leading && (sixth === 0xffff || (sixth === 0 && seventh > 0))) ||
    (parts.slice(0, 4).every((part) => part === 0) && parts[4] === 0xffff);
  if (mapped || (first === 0x64 && second === 0xff9b)) return fourFrom(seventh, eighth);
  return first === 0x2002 ? fourFrom(second, third) : undefined;
}

function fourFrom(high: number, low: number): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]);
}

function reachOf(address: string, range: string): Reach {
  if (metadataAddresses.has(address)) return 'metadata';
  if (range === 'linkLocal') return 'link-local';
  if (range === 'loopback' || range === 'unspecified' || address.startsWith('0.')) return 'loopback';
  return range === 'private' || range === 'uniqueLocal' || range === 'carrierGradeNat' ? 'private' : 'public';
}
