import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { describeCause } from '../errors/system-error.ts';
import type { Environment } from './paths.ts';

/**
 * What the `.env` of a working folder may set. The folder may be a repository that somebody cloned, so nothing that
 * redirects km, or weakens it, is here.
 */
const allowed: ReadonlySet<string> = new Set(['KM_API_KEY', 'KM_LOG', 'KM_LOG_LEVEL']);

const bytesMax = 64 * 1024;

/** The `KM_*` lines of `.env` in the working folder. Never an error: the file was written for other programs too. */
export function readDotenv(cwd: string): { values: Environment; warnings: string[] } {
  const file = path.join(cwd, '.env');
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return { values: {}, warnings: [] };
    // A pipe of that name would hang the start.
    if (!stat.isFile() || stat.size > bytesMax)
      return { values: {}, warnings: [`${file} is ignored: it is no file, or a very large one.`] };
    return choose(file, parseEnv(readFileSync(file, 'utf8')));
  } catch (error) {
    return { values: {}, warnings: [`${file} is ignored: ${describeCause(error)}.`] };
  }
}

function choose(file: string, all: Environment): { values: Environment; warnings: string[] } {
  const values: Record<string, string | undefined> = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(all)) {
    if (allowed.has(name)) values[name] = value;
    else if (name.startsWith('KM_')) warnings.push(refusal(file, name));
  }
  return { values, warnings };
}

function refusal(file: string, name: string): string {
  return `${file}: ${name} is ignored. The file of a folder may set only ${[...allowed].join(', ')}.`;
}
