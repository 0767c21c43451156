/** An MCP server as a client's configuration file has it. */
export type ConfiguredServer = Named & (StdioServer | RemoteServer | UnclearServer);

interface Named {
  readonly name: string;
  /** The client is told not to start it. */
  readonly disabled: boolean;
}

/** A program that the client starts. Placeholders such as `${HOME}` are as they were written. */
export interface StdioServer {
  readonly kind: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

/** A server that the client reaches over the network. */
export interface RemoteServer {
  readonly kind: 'remote';
  readonly url: string;
}

/** An entry that names neither a program nor an address. */
export interface UnclearServer {
  readonly kind: 'unclear';
}
