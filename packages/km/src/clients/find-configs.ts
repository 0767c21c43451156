import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isKmError } from '@kilometers/core/errors.ts';
import { type ClientEntry, clientTable, type Machine } from './client-table.ts';
import { parseConfig } from './parse-config.ts';
import { readServers, type Section } from './read-servers.ts';
import type { ConfiguredServer } from './server.ts';

/** A configuration file that was found. */
export interface ClientConfig {
  readonly file: string;
  /** Of the client, for people. */
  readonly title: string;
  /** The text of the file, to find places in it. Holds secrets. */
  readonly text: string;
  readonly servers: readonly ConfiguredServer[];
  /** Why it could not be read. */
  readonly fault?: string;
}

interface Wanted {
  /** Only these clients. */
  readonly clients?: readonly string[] | undefined;
  /** Files of the working folder too. Whoever wrote that folder chose the programs they name. */
  readonly project: boolean;
}

/** Reads the configuration files of the MCP clients on a machine; those that are not there are passed over. */
export async function findConfigs(machine: Machine, { clients, project }: Wanted): Promise<ClientConfig[]> {
  const wanted = clientTable.filter(({ id }) => clients === undefined || clients.includes(id));
  const found: ClientConfig[] = [];
  for (const entry of wanted) {
    const files = [...entry.user(machine), ...(project ? await projectFiles(entry, machine.project) : [])];
    for (const file of new Set(files)) {
      const config = await readConfig(file, entry);
      if (config !== undefined) found.push(config);
    }
  }
  return found;
}

/** Files of the working folder that name servers, whether they are wanted or not. */
export async function projectConfigs(folder: string): Promise<string[]> {
  const files = await Promise.all(clientTable.map((entry) => projectFiles(entry, folder)));
  const present = await Promise.all([...new Set(files.flat())].map((file) => readConfig(file)));
  return present.flatMap((config) => (config !== undefined && config.servers.length > 0 ? [config.file] : []));
}

async function projectFiles({ project = [] }: ClientEntry, folder: string): Promise<string[]> {
  const listed = project.map(async (name) => {
    const file = path.join(folder, name);
    if (!name.endsWith('/')) return [file];
    const names = await readdir(file).catch(() => []); // Most projects have no such folder.
    return names.filter((one) => /\.(ya?ml|json)$/.test(one)).map((one) => path.join(file, one));
  });
  return (await Promise.all(listed)).flat();
}

/** Reads one file. Undefined when there is none; a file that cannot be understood says why. */
export async function readConfig(
  file: string,
  { title, sections }: { readonly title: string; readonly sections?: readonly Section[] } = { title: 'file' },
): Promise<ClientConfig | undefined> {
  const none = { file, title, text: '', servers: [] };
  try {
    const text = await readFile(file, 'utf8');
    return { file, title, text, servers: readServers(parseConfig(file, text), sections) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return { ...none, fault: isKmError(error) ? message : `${file} cannot be read: ${code ?? message}.` };
  }
}
