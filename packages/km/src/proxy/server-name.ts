/** Programs that run another one, named by the first argument that is no option. */
const runners = new Set([
  'npx',
  'npm',
  'pnpm',
  'pnpx',
  'yarn',
  'bunx',
  'bun',
  'node',
  'deno',
  'uvx',
  'uv',
  'pipx',
  'python',
  'python3',
  'cmd',
]);

/** Their words that stand before what they run. */
const runnerWords = new Set(['run', 'exec', 'x', 'dlx', 'tool', '/c', ...runners]);

/** How a server is called in records when nobody has named it: `npx -y @scope/server-x@1.2 dir` is `server-x`. */
export function serverName(command: string, args: readonly string[]): string {
  const program = baseName(command);
  if (!runners.has(program)) return program;
  const target = args.find((arg) => !arg.startsWith('-') && !runnerWords.has(arg));
  return target === undefined ? program : withoutVersion(baseName(target));
}

function baseName(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  return name.replace(/\.(exe|cmd|bat|[cm]?js|ts|py|sh)$/i, '') || path;
}

function withoutVersion(name: string): string {
  const at = name.indexOf('@', 1);
  return at === -1 ? name : name.slice(0, at);
}
