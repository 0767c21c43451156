import { hostname } from 'node:os';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { fillFolder } from '../certs/certificate-folder.ts';
import { wordsFor } from '../cli/words.ts';
import type { Command, Invocation } from './command.ts';

/** Apple's systems refuse server certificates that hold for longer. */
const daysMax = 825;
const daysUsual = 365;

export const certsNew: Command = {
  name: 'certs new',
  summary: 'Make certificates for a km that listens, and for its clients',
  usage: '[options]',
  options: {
    out: { type: 'string', value: 'FOLDER', help: 'Where they are written; `certs` in the working folder by default' },
    host: { type: 'string', multiple: true, value: 'NAME', help: 'A name or address beside those of this machine' },
    days: { type: 'string', value: 'DAYS', help: `How long they hold; ${daysUsual} by default, ${daysMax} at most` },
  },
  examples: ['km certs new', 'km certs new --out /etc/km/certs --host km.example.com'],
  async run(invocation) {
    wordsFor('km certs new', invocation.positionals, 0);
    const { options, cwd } = invocation;
    const folder = path.resolve(cwd, typeof options.out === 'string' ? options.out : 'certs');
    const hosts = [...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...namesOf(options.host)])];
    const isNew = fillFolder({ folder, hosts, days: daysOf(options.days), now: Date.now() });
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify({ folder, hosts, authority: isNew ? 'new' : 'kept' })}\n`
        : said(folder, isNew),
    );
    return 0;
  },
};

function said(folder: string, isNew: boolean): string {
  const file = (name: string) => path.join(folder, name);
  return `${file('ca.pem')}      ${isNew ? 'the authority: new; clients have to trust it' : 'the authority: the one before, trusted as it was'}
${file('server.pem')}  and server-key.pem: for a km that listens
${file('client.pem')}  and client-key.pem: for clients, where the server asks for a certificate

km monitor --listen 0.0.0.0:8443 --tls-cert ${file('server.pem')} --tls-key ${file('server-key.pem')} -- <command>
With --tls-client-ca ${file('ca.pem')} only clients with such a certificate get in.
Clients on Node trust the authority with NODE_EXTRA_CA_CERTS=${file('ca.pem')}.
Keep ca-key.pem to yourself: it makes certificates that are trusted. Run this again to renew them.
`;
}

function namesOf(value: Invocation['options'][string]): string[] {
  return Array.isArray(value) ? value.map(nameOf) : [];
}

function nameOf(given: string | boolean): string {
  const name = String(given);
  if (/^[a-z0-9*][a-z0-9.-]*$|^[0-9a-f:.]+$/i.test(name)) return name;
  throw new KmError('usage.bad-value', `--host takes a name or an address, without a port; got "${name}".`);
}

function daysOf(value: Invocation['options'][string]): number {
  if (value === undefined) return daysUsual;
  const days = Number(value);
  if (Number.isInteger(days) && days >= 1 && days <= daysMax) return days;
  throw new KmError('usage.bad-value', `--days takes a whole number from 1 to ${daysMax}; got "${value}".`);
}
