import type { StdioServer } from './server.ts';

/** What placeholders may stand for. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The folder of the project that a file belongs to, or the working folder. */
  readonly project: string;
}

export type Expanded = StdioServer | { readonly kind: 'open'; readonly placeholder: string };

/**
 * Puts in what clients put in before they start a server: `${NAME}`, `${NAME:-otherwise}`, `${env:NAME}`, `${userHome}`,
 * `${workspaceFolder}`. What only the client can know, such as `${input:token}`, is told.
 */
export function expand(server: StdioServer, surroundings: Surroundings): Expanded {
  let unknown: string | undefined;
  const put = (text: string) =>
    text.replace(/\$\{([^{}]*)\}/g, (whole, name: string) => {
      const value = standsFor(name, surroundings);
      if (value === undefined) unknown ??= whole;
      return value ?? whole;
    });
  const expanded: StdioServer = {
    kind: 'stdio',
    command: put(server.command),
    args: server.args.map(put),
    env: Object.fromEntries(Object.entries(server.env).map(([name, value]) => [name, put(value)])),
    cwd: server.cwd === undefined ? undefined : put(server.cwd),
  };
  return unknown === undefined ? expanded : { kind: 'open', placeholder: unknown };
}

function standsFor(placeholder: string, { env, home, project }: Surroundings): string | undefined {
  if (placeholder === 'userHome') return home;
  if (placeholder === 'workspaceFolder') return project;
  const [, name = '', otherwise] = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(placeholder) ?? [];
  return env[name] ?? otherwise;
}
