import type { Readable, Writable } from 'node:stream';

/** The client end of a run of the proxy: what clients post comes from it, what the server says goes to it. */
export interface ClientEnd {
  readonly source: Readable;
  readonly sink: Writable;
}

/** A server that runs behind a client end, with its record and its judges. */
export interface Served {
  /** Ends with the server; never fails. */
  readonly ended: Promise<ServerLeft>;
  /** Puts a message that km sends in the server's stead on record. */
  readonly said: (bytes: Uint8Array) => void;
  /** Ends once the record is written. */
  readonly closed: Promise<unknown>;
  /** Asks the server to end without waiting for what is open, and insists soon. */
  readonly stop: () => void;
  /** Ends it at once. */
  readonly kill: () => void;
}

/** How a server ended, as one would say it: `The server ended with status 1.` */
export interface ServerLeft {
  readonly said: string;
}

/** Starts a server behind this end; `hop` names the run of a km before this one. @throws KmError when it cannot be started */
export type Serve = (end: ClientEnd, hop?: string) => Promise<Served>;
