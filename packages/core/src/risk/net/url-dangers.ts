import { type Host, lookAtHost } from './host.ts';

export interface UrlDanger {
  readonly rule: string;
  readonly weight: number;
  readonly reason: string;
}

const depthMax = 2;
const charsMax = 8_192;

/** Where a URL leads that it should not: inwards, to the cloud's keys, or to a scheme that is no web. */
export function dangersOfUrl(text: string, depth = 0): UrlDanger[] {
  const written = folded(text.slice(0, charsMax));
  const url = parsed(written);
  const found = [schemeDanger(written)];
  if (url) found.push(hostDanger(url, hostAsWritten(written)), userDanger(url));
  const inner =
    depth < depthMax && url
      ? valuesOf(url, written).flatMap((value) => dangersOfUrl(value, depth + 1).filter(({ weight }) => weight >= 0.4))
      : [];
  const hidden = /(?:^|[^\d.])169\.254\.(?:169\.254|170\.2)(?![\d.]*\d)/.test(written.slice(8)) ? [metadata(0.86)] : [];
  const all = [...found.filter((danger) => danger !== undefined), ...inner];
  return all.some(({ rule }) => rule === 'network.metadata') ? all : [...all, ...hidden];
}

/** Forms that become ASCII on the way: fullwidth and circled digits, other full stops, encodings in the host. */
function folded(text: string): string {
  const ascii = text
    .trim()
    .normalize('NFKC')
    .replaceAll(/[。｡．]/g, '.')
    .replaceAll(/[\u200b-\u200d\u2060\ufeff\u00ad\t\n\r]/g, '');
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:)?([\s\S]*)$/i.exec(ascii) ?? [];
  return scheme.toLowerCase() + rest;
}

function parsed(text: string): URL | undefined {
  const inner = text.replace(/^(?:jar|view-source|url|feed|netdoc|blob|filesystem):(?=[a-z]+:)/, '');
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(inner)?.[1];
  const isHostOnly = scheme === undefined || /^[a-z0-9.-]+:\d{1,5}(?:[/?#]|$)/.test(inner);
  const asWeb = isHostOnly
    ? `http://${inner.replace(/^\/\//, '')}`
    : inner.replace(/^[a-z][a-z0-9+.-]*:/, /^https?:/.test(inner) ? '$&' : 'http:');
  try {
    return new URL(asWeb);
  } catch {
    try {
      return new URL(overflowing(asWeb.replace(/:(?!\/\/)(?=[/?#]|$)/, '').replace(/!.*$/, '')));
    } catch {
      return undefined; // No URL to anybody; the scheme has been looked at.
    }
  }
}

/** `425.510.425.510`: some programs take each number modulo 256. */
function overflowing(url: string): string {
  return url.replace(/(?<=:\/\/|@)(\d{1,5})\.(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?=[:/?#]|$)/, (_, ...parts: string[]) =>
    parts
      .slice(0, 4)
      .map((part) => Number(part) % 256)
      .join('.'),
  );
}

function hostAsWritten(text: string): string {
  const rest = text.replace(/^(?:[a-z][a-z0-9+.-]*:){1,2}/, '').replace(/^[\\/]*/, '');
  const authority = /^[^\\/?#]*/.exec(/^[a-z0-9.-]+:\d{1,5}(?:[/?#]|$)/.test(text) ? text : rest)?.[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d*$/, '');
}

/** Ports behind which something does as it is told: Docker, etcd, kubelet, Redis, Consul, a debugger … */
const controlPorts = new Set([
  '22',
  '25',
  '2375',
  '2376',
  '2379',
  '2380',
  '3306',
  '4243',
  '4444',
  '5432',
  '5601',
  '5984',
  '5985',
  '6379',
  '6443',
  '8500',
  '9001',
  '9200',
  '9229',
  '10250',
  '10255',
  '11211',
  '27017',
]);

function hostDanger(url: URL, written: string): UrlDanger | undefined {
  const host = lookAtHost(url.hostname, written);
  const encoded = /%[0-9a-f]{2}/i.test(written);
  const disguised = host.disguised || (encoded && host.reach !== 'public');
  if (host.reach === 'metadata') return metadata(disguised ? 0.95 : 0.92);
  if (
    /^\/(?:latest\/(?:meta-data|user-data|dynamic|api\/token)|computemetadata\/|metadata\/(?:v1|instance|identity)|opc\/v[12]\/|openstack\/|2018-06-01\/runtime)/i.test(
      url.pathname,
    )
  ) {
    return host.reach === 'public' ? metadata(0.62) : metadata(0.9);
  }
  if (host.reach === 'public') return undefined;
  return { rule: 'network.internal', ...inwards(host, disguised, url) };
}

function inwards({ reach }: Host, disguised: boolean, { port, pathname }: URL): Omit<UrlDanger, 'rule'> {
  if (disguised)
    return { weight: 0.84, reason: 'An address of this machine or network, written so that it is not seen.' };
  if (reach === 'link-local')
    return { weight: 0.8, reason: 'An address that only neighbours in the network answer to.' };
  if (controlPorts.has(port))
    return { weight: 0.72, reason: 'A service of this machine or network that does as it is told.' };
  // A server that is being developed listens on a port of its own.
  if (reach === 'loopback' && port !== '') return { weight: 0.2, reason: 'A service of this machine.' };
  if (reach === 'private' && port !== '') return { weight: 0.35, reason: 'A service of this network.' };
  return {
    weight: reach === 'loopback' && pathname.length > 1 ? 0.41 : 0.43,
    reason: reach === 'loopback' ? 'A service of this machine.' : 'A service of this network.',
  };
}

function userDanger({ username, hostname }: URL): UrlDanger | undefined {
  // `https://bank.example@other.example`: a reader sees the first name, the program goes to the second.
  const looksLikeHost = /^(?:www\.)?[\w-]+\.(?:com|org|net|io|dev|gov|edu|example|[a-z]{2})$/i.test(username);
  return looksLikeHost && !hostname.endsWith(username.toLowerCase())
    ? { rule: 'network.disguised', weight: 0.55, reason: 'Looks as if it led to another host than it does.' }
    : undefined;
}

const schemes: readonly (readonly [RegExp, number, string])[] = [
  [/^(?:javascript|vbscript):/, 0.84, 'A program in the place of an address.'],
  [
    /^data:(?:text\/html|application\/(?:xhtml|javascript)|text\/javascript|image\/svg)/,
    0.74,
    'A page with programs in the place of an address.',
  ],
  [
    /^(?:gopher|dict|phar|expect|netdoc|jar|glob|ogg|rar|zlib|compress\.\w+|php|tftp):/,
    0.86,
    'A scheme by which programs are made to talk to others inside.',
  ],
  [/^(?:ldaps?|rmi|iiop|corba|nis|nds|dns):/, 0.82, 'A scheme by which programs are made to fetch code.'],
  [/^(?:file|local_file|netdoc):/, 0.46, 'A file in the place of an address.'],
  [/^(?:smb|nfs|afp):/, 0.5, 'A share of another machine.'],
];

function schemeDanger(text: string): UrlDanger | undefined {
  const row = schemes.find(([pattern]) => pattern.test(text.replaceAll(/\s/g, '')));
  return row && { rule: 'network.scheme', weight: row[1], reason: row[2] };
}

/** What stands in the query and behind the path, where it may be an address to go on to. */
function valuesOf(url: URL, written: string): string[] {
  const query = [...url.searchParams.values()];
  const inPath = /^https?:\/\/[^/?#]+\/.*?((?:https?|gopher|file):\/\/?[^\s]+)/i.exec(written)?.[1];
  return [...query.slice(0, 20), ...(inPath === undefined ? [] : [inPath])].filter((value) =>
    /^(?:[a-z][a-z0-9+.-]*:)?\/\/|^\d{1,3}(?:\.\d{1,3}){3}|^0x[0-9a-f]{8}\b/i.test(value),
  );
}

function metadata(weight: number): UrlDanger {
  return { rule: 'network.metadata', weight, reason: 'Asks the cloud for the keys of this machine.' };
}
