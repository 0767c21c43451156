/** What a server says when it wants authorization. */
export interface Challenge {
  /** Where it describes itself (RFC 9728). */
  readonly resourceMetadata?: string;
  readonly scope?: string;
  readonly error?: string;
}

/** Reads the Bearer challenge of a `WWW-Authenticate` header; empty when there is none. */
export function readChallenge(header: string | undefined): Challenge {
  const [, bearer = ''] = /(?:^|,\s*)Bearer\s+(.*)$/is.exec(header ?? '') ?? [];
  const found = new Map<string, string>();
  for (const [, name = '', quoted, plain] of bearer.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  const [resourceMetadata, scope, error] = ['resource_metadata', 'scope', 'error'].map((name) => found.get(name));
  return { ...(resourceMetadata && { resourceMetadata }), ...(scope && { scope }), ...(error && { error }) };
}
