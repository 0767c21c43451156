import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { makeFolder } from '../make-folder.ts';

export interface Profiling {
  /** Writes the profile and ends with its path. Chrome and VS Code open it. */
  stop(): Promise<string>;
}

/**
 * Profiles the CPU use of km itself from here on.
 *
 * @throws KmError `usage.bad-value` when the folder cannot be used or the runtime has no profiler.
 */
export async function startProfile(folder: string): Promise<Profiling> {
  await makeFolder(folder).catch((cause) => {
    throw unwritable(folder, cause);
  });
  const post = await openProfiler();
  const stamp = new Date().toISOString().replaceAll(':', '-');
  const file = path.join(folder, `km.${stamp}.${process.pid}.cpuprofile`);
  return {
    async stop() {
      const { profile } = (await post('Profiler.stop')) as { profile: unknown }; // The protocol's answer to this call.
      await writeFile(file, JSON.stringify(profile), { mode: 0o600, flag: 'wx' }).catch((cause) => {
        throw unwritable(folder, cause);
      });
      return file;
    },
  };
}

type ProfilerCall = 'Profiler.enable' | 'Profiler.start' | 'Profiler.stop';

async function openProfiler(): Promise<(method: ProfilerCall) => Promise<unknown>> {
  try {
    const { Session } = await import('node:inspector');
    const session = new Session();
    session.connect();
    const post = (method: ProfilerCall) =>
      new Promise<unknown>((resolve, reject) => {
        session.post(method, (error: Error | null, answer?: object) => (error ? reject(error) : resolve(answer)));
      });
    await post('Profiler.enable');
    await post('Profiler.start');
    return post;
  } catch (cause) {
    throw new KmError('usage.bad-value', 'This runtime cannot profile itself.', {
      cause,
      fix: 'Run km from its npm package, on Node, for a profile.',
    });
  }
}

function unwritable(folder: string, cause: unknown): KmError {
  const fix = 'Name a folder that can be written to.';
  return new KmError('usage.bad-value', `The profile cannot be written to ${folder}.`, { cause, fix });
}
