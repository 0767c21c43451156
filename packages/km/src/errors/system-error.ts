/** What the errors of the operating system mean to somebody who has to mend them. */
const meanings: Readonly<Record<string, { says: string; fix?: string }>> = {
  EACCES: { says: 'permission denied' },
  EPERM: { says: 'the operation is not permitted' },
  EROFS: { says: 'the file system is read-only' },
  ENOENT: { says: 'there is no such file or folder' },
  EEXIST: { says: 'something of that name is there already' },
  EISDIR: { says: 'it is a folder, and a file is wanted', fix: 'Move the folder away.' },
  ENOTDIR: { says: 'a part of the path is a file, and a folder is wanted', fix: 'Move that file away.' },
  ELOOP: { says: 'a symbolic link leads back to itself', fix: 'Remove the link.' },
  ENAMETOOLONG: { says: 'the path is too long' },
  ENOSPC: { says: 'the disk is full', fix: 'Free some space and try again.' },
  EDQUOT: { says: 'the disk quota is used up', fix: 'Free some space and try again.' },
  EMFILE: { says: 'km has too many open files', fix: 'Raise the limit (`ulimit -n`) and try again.' },
  ENFILE: { says: 'the system has too many open files', fix: 'Close programs, or raise the limit of the system.' },
  EADDRINUSE: { says: 'another program uses the port', fix: 'Choose another port, or end that program.' },
};

/** An error of the operating system, told by its code; not one of ours. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The error in plain words, with its code for those who search for it. */
export function describeCause(error: unknown): string {
  const code = systemCode(error);
  const known = code === undefined ? undefined : meanings[code];
  if (known !== undefined) return `${known.says} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

/** What mends it, where that follows from the code alone. */
export function fixOf(error: unknown): string | undefined {
  const code = systemCode(error);
  return code === undefined ? undefined : meanings[code]?.fix;
}

/** For `KmError`: the cause, and the fix when the cause knows a better one than the table. */
export function because(error: unknown): { cause: unknown; fix?: string } {
  const fix = fixOf(error);
  return fix === undefined ? { cause: error } : { cause: error, fix };
}
