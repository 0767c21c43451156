/** Gets what a server wants to be shown before it answers. */
export interface Authorization {
  /** The `Authorization` header, as far as one is known. */
  header(): Promise<string | undefined>;
  /**
   * The server wants another one (401), or one that may do more (403). True once there is one.
   *
   * @param header Its `WWW-Authenticate`.
   * @throws KmError for the user to read, when there is none to be had.
   */
  challenged(status: number, header: string | undefined): Promise<boolean>;
}
