import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Keyring } from '../account/keyring.ts';
import { makeFolder } from '../make-folder.ts';

/** Tokens for one resource of one authorization server. */
export interface Tokens {
  readonly issuer: string;
  readonly resource: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly accessToken: string;
  /** Milliseconds since the epoch; undefined where nothing was said. */
  readonly expiresAt?: number;
  readonly refreshToken?: string;
  readonly scope?: string;
}

export interface TokenStoreParts {
  /** Folder for what is no secret, and for tokens where there is no keyring. */
  readonly folder: string;
  readonly url: URL;
  /** Undefined where the machine has none. */
  readonly keyring: () => Promise<Keyring | undefined>;
  /** Tells the user that tokens are kept in a file. */
  readonly onFile: (file: string) => void;
}

/** Says which tokens belong to an address; or holds them, where there is no keyring. */
interface Kept {
  readonly issuer: string;
  readonly resource: string;
  readonly tokens?: Tokens;
}

/** The tokens of one server: in the keyring, by issuer and resource; else in a file that only its owner can read. */
export class TokenStore {
  readonly #parts: TokenStoreParts;
  readonly #file: string;

  constructor(parts: TokenStoreParts) {
    this.#parts = parts;
    const { origin, pathname } = parts.url;
    const name = createHash('sha256').update(`${origin}${pathname}`).digest('hex').slice(0, 32);
    this.#file = path.join(parts.folder, `${name}.json`);
  }

  /** Held by whoever renews the tokens. */
  get lock(): string {
    return this.#file.replace(/json$/, 'lock');
  }

  async read(): Promise<Tokens | undefined> {
    const kept = parse<Kept>(await readFile(this.#file, 'utf8').catch(() => undefined));
    if (kept === undefined || kept.tokens !== undefined) return kept?.tokens;
    const keyring = await this.#parts.keyring();
    const tokens = parse<Tokens>(await keyring?.get(nameOf(kept)).catch(() => undefined));
    // Bound to the pair they were made for, whatever the file says.
    return tokens?.issuer === kept.issuer && tokens.resource === kept.resource ? tokens : undefined;
  }

  async write(tokens: Tokens): Promise<void> {
    const { issuer, resource } = tokens;
    const keyring = await this.#parts.keyring();
    const inKeyring = await keyring?.set(nameOf(tokens), JSON.stringify(tokens)).then(
      () => true,
      () => false, // Locked, or too long for it: the file remains.
    );
    if (inKeyring !== true) this.#parts.onFile(this.#file);
    await this.#save(inKeyring === true ? { issuer, resource } : { issuer, resource, tokens });
  }

  /** They were refused for good. */
  async forget(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  async #save(kept: Kept): Promise<void> {
    await makeFolder(path.dirname(this.#file));
    const temporary = `${this.#file}.${process.pid}.tmp`;
    await writeFile(temporary, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
    await rename(temporary, this.#file);
  }
}

function nameOf({ issuer, resource }: Kept): string {
  return `mcp-tokens ${issuer} ${resource}`;
}

function parse<T>(text: string | undefined): T | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as T) : undefined; // Written by `write`.
  } catch {
    return undefined; // Nothing was kept, or it was cut: somebody signs in again.
  }
}
