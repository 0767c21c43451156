/** A path without its steps upwards, which so cannot leave the folder that it begins in. */
export function withoutClimbs(path: string): string {
  const separator = path.includes('/') ? '/' : '\\';
  return path
    .split(/[/\\]/)
    .filter((part) => part !== '..')
    .join(separator);
}
