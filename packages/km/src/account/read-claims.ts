import { type Tier, tiers } from '@kilometers/core/tiers.ts';

/** What km reads in an access token, whoever made it. */
export interface ReadClaims {
  /** Undefined where the token names none, or one that this km does not know. */
  readonly tier: Tier | undefined;
  readonly org: string | undefined;
  readonly all: Readonly<Record<string, unknown>>;
}

/** What an access token says, its signature not looked at; undefined when it is none. Older servers call the tier `plan`. */
export function readClaims(jwt: string): ReadClaims | undefined {
  const all = part(jwt, 1);
  return all && { tier: tierFrom(all.tier ?? all.plan), org: text(all.org ?? all.customer_id), all };
}

/** The id of the key that signed a token, and how. */
export function readHeader(jwt: string): { readonly kid: string | undefined; readonly alg: string | undefined } {
  const header = part(jwt, 0) ?? {};
  return { kid: text(header.kid), alg: text(header.alg) };
}

/** A tier from its name, as the API has it. */
export function tierFrom(name: unknown): Tier | undefined {
  return tiers.find((tier) => tier === name);
}

function part(jwt: string, index: 0 | 1): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined; // It is no token, whatever it is.
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
