import { appendFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** An event that will never be taken. */
export interface Refused {
  /** JSON. */
  readonly line: string;
  readonly reason: string;
}

const bytesMax = 1_048_576;

/**
 * Keeps what the control plane refused for who looks for the reason, up to a size.
 *
 * @throws what the file system says.
 */
export async function setAside(file: string, refused: readonly Refused[]): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size >= bytesMax) return;
  await makeFolder(path.dirname(file));
  const lines = refused.map(({ line, reason }) => `{"reason":${JSON.stringify(reason)},"event":${line}}\n`);
  await appendFile(file, lines.join(''), { mode: 0o600 });
}
