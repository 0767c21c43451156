import type { ClientConfig } from '../clients/find-configs.ts';
import { type Check, good, note, wrong } from './check.ts';

/** The MCP clients of this machine, and how many of their servers run behind km. */
export function checkClients(found: readonly ClientConfig[]): Check[] {
  if (found.length === 0) return [note('clients', 'No MCP client with servers was found on this machine.')];
  return found.map(({ title, file, servers, fault }) => {
    if (fault !== undefined) return wrong('clients', `${title}: ${file}: ${fault}`, 'Correct the file.');
    const behind = servers.filter((server) => isBehindKm(server)).length;
    return good(
      'clients',
      `${title}: ${servers.length} ${servers.length === 1 ? 'server' : 'servers'}, ${behind} behind km (${file}).`,
    );
  });
}

function isBehindKm(server: ClientConfig['servers'][number]): boolean {
  if (server.kind !== 'stdio') return false;
  const words = [server.command, ...server.args];
  return words.includes('monitor') && words.some((word) => /(?:^|[\\/])km(?:\.exe|\.cmd)?$/.test(word));
}
