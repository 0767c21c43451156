/** What a person is told when the log can not be written. Traffic goes on in every case, and that is said too. */
export function troubleText(file: string, error: unknown): string {
  const { code = '', message } = error as { code?: string; message?: string };
  const why = whys[code] ?? `it can not be written (${message ?? code})`;
  return `The log ${file} is not being kept: ${why}. Traffic goes on; what is lost is counted.`;
}

const whys: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  EIO: 'the disk fails',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  ENXIO: 'it is a pipe that nobody reads',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  NOTAFILE: 'only a file, /dev/null or /dev/full can hold it',
  backlog: 'the disk does not keep up',
};

/** The system's code for an error, or its message where it has none. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
