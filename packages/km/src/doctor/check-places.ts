import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Paths } from '../config/paths.ts';
import { describeCause, fixOf } from '../errors/system-error.ts';
import { type Check, good, note, wrong } from './check.ts';

const spaceBytesLow = 200 * 1024 * 1024;
const othersMayRead = 0o077;

/** The folders and files of km: whether it may use them, and nobody else may. */
export async function checkPlaces({ configFile, dataFolder, logFile }: Paths): Promise<Check[]> {
  const config = await checkReadable('config folder', path.dirname(configFile));
  return [
    config,
    await checkWritable('data folder', dataFolder),
    await checkLog(logFile),
    ...(await checkSpace(dataFolder)),
  ];
}

/** A folder that cannot be written is fine: km only reads there. */
async function checkReadable(name: string, folder: string): Promise<Check> {
  const fault = await faultOf(folder, constants.R_OK);
  if (fault === undefined) return good(name, folder);
  if (fault.code === 'ENOENT') return good(name, `${folder} is not there: every setting has its default.`);
  return wrong(name, `${folder}: ${describeCause(fault)}.`, 'Check its permissions, or point KM_CONFIG_DIR elsewhere.');
}

async function checkWritable(name: string, folder: string): Promise<Check> {
  const fault = await faultOf(folder, constants.R_OK | constants.W_OK);
  if (fault?.code === 'ENOENT') {
    const above = path.dirname(folder);
    return above === folder
      ? wrong(name, `${folder} is not there.`)
      : underParent(name, folder, await checkWritable(name, above));
  }
  if (fault)
    return wrong(
      name,
      `${folder}: ${describeCause(fault)}.`,
      fixOf(fault) ?? 'Check its permissions, or set KM_DATA_DIR.',
    );
  const open = process.platform !== 'win32' && ((await stat(folder)).mode & othersMayRead) !== 0;
  return open ? note(name, `${folder} can be opened by other users.`, `chmod 700 ${folder}`) : good(name, folder);
}

function underParent(name: string, folder: string, parent: Check): Check {
  return parent.state === 'wrong' ? parent : good(name, `${folder} is made with the first record.`);
}

async function checkLog(file: string): Promise<Check> {
  const fault = await faultOf(file, constants.R_OK | constants.W_OK);
  if (fault?.code === 'ENOENT')
    return note('log', 'Nothing is on record yet.', 'Put `km monitor --` before the command of an MCP server.');
  if (fault) return wrong('log', `${file}: ${describeCause(fault)}.`, 'Check its permissions.');
  const { mode, isFile } = await stat(file).then((found) => ({ mode: found.mode, isFile: found.isFile() }));
  if (!isFile) return note('log', `${file} is no ordinary file: nothing can be read back from it.`);
  const open = process.platform !== 'win32' && (mode & othersMayRead) !== 0;
  return open ? note('log', `${file} can be read by other users.`, `chmod 600 ${file}`) : good('log', file);
}

async function checkSpace(folder: string): Promise<Check[]> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free >= spaceBytesLow) return [];
    const says = `${Math.floor(free / 1024 / 1024)} MB are left on the disk of ${folder}.`;
    return [
      note('disk', says, 'Free some space, or lower `log.max_files`: a full disk costs records, never messages.'),
    ];
  } catch {
    return []; // The folder is not there yet, or the system does not tell.
  }
}

async function faultOf(file: string, mode: number): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await access(file, mode);
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException; // `access` throws no other.
  }
}
