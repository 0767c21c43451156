import { readFileSync } from 'node:fs';
import { KmError } from '@kilometers/core/errors.ts';
import type { Settings } from '../config/settings.ts';
import { because } from '../errors/system-error.ts';
import type { TlsFiles } from './http-request.ts';

/**
 * The certificates that are set for the control plane, or for servers that are reached with `--url`; read anew each time:
 * they are renewed while km runs.
 *
 * @throws KmError `config.unreadable`
 */
export function readTlsFiles(settings: Settings, section: TlsSection = 'api_tls'): TlsFiles | undefined {
  const names = ['ca', 'cert', 'key'] as const;
  const files = settings[section];
  const set = names.filter((name) => files[name] !== '');
  if (set.length === 0) return undefined;
  return Object.fromEntries(set.map((name) => [name, read(`${section}.${name}`, files[name])]));
}

type TlsSection = 'api_tls' | 'server_tls';

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KmError('config.unreadable', `The file that "${name}" names cannot be read.`, because(error));
  }
}
