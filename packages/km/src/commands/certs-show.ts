import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { type CertificateFacts, certificateFacts } from '../certs/certificate-facts.ts';
import type { Command } from './command.ts';

/** Fewer days than this are worth a word. */
const soonDays = 30;

export const certsShow: Command = {
  name: 'certs show',
  summary: 'Show whose certificates are, and until when they hold',
  usage: '[options] [file or folder...]',
  options: {},
  examples: ['km certs show', 'km certs show /etc/km/certs/server.pem'],
  async run({ positionals, options, cwd }) {
    const places = positionals.length === 0 ? ['certs'] : positionals;
    const now = Date.now();
    const found = places.flatMap((place) => filesOf(path.resolve(cwd, place))).flatMap((file) => shown(file, now));
    if (found.length === 0) throw new KmError('usage.unreadable', `There is no certificate in ${places.join(', ')}.`);
    const lines = options.json === true ? found.map((facts) => JSON.stringify(facts)) : found.map(rows);
    process.stdout.write(`${lines.join('\n')}\n`);
    return found.some(({ days }) => days < 0) ? 1 : 0;
  },
};

interface Shown extends CertificateFacts {
  readonly file: string;
}

function filesOf(place: string): string[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    return readdirSync(place)
      .filter((name) => /\.(?:pem|crt|cer)$/.test(name))
      .map((name) => path.join(place, name));
  } catch (cause) {
    throw new KmError('usage.unreadable', `${place} cannot be read.`, { cause });
  }
}

/** Keys lie beside certificates, and are passed over unread. */
function shown(file: string, now: number): Shown[] {
  if (file.endsWith('-key.pem')) return [];
  try {
    const facts = certificateFacts(readFileSync(file), now);
    return facts === undefined ? [] : [{ file, ...facts }];
  } catch (cause) {
    throw new KmError('usage.unreadable', `${file} cannot be read.`, { cause });
  }
}

function rows({ file, subject, issuer, hosts, until, days, fingerprint }: Shown): string {
  return `${file}
  for          ${subject}${hosts.length === 0 ? '' : ` (${hosts.join(', ')})`}
  signed by    ${issuer}
  until        ${until.slice(0, 10)}, ${remaining(days)}
  fingerprint  ${fingerprint}`;
}

function remaining(days: number): string {
  if (days < 0) return 'EXPIRED';
  return days < soonDays ? `${days} days left: renew it soon` : `${days} days left`;
}
