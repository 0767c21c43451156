import { bitsPerCharacter, isMadeUp, isTemplate, isTyped, strengthOfPassword } from './made-up.ts';

/**
 * How sure it is that a token of a known form opens a door, from 0 for one that is made up to 1.
 *
 * The forms by which tokens are found are generous, for what is redacted too often harms nobody. Here it counts whether a
 * token has the length and the parts its issuer gives it.
 */
export function sureness(value: string, name: string): number {
  const special = specials[name];
  if (special !== undefined) return special(value);
  if (isMadeUp(value)) return 0;
  const body = value.replace(beginning, '');
  const isWhole = exactForms[name]?.test(value) ?? true;
  const isDoubtful = isTyped(body) || (!isWhole && !/[0-9]/.test(body));
  return (isWhole ? 1 : 0.7) * (isDoubtful ? 0.5 : 1) * (lessSure[name]?.(value) ?? 1);
}

/** The issuer's part of a token, which holds words: `sk-ant-api03-`, `tskey-auth-`, `github_pat_`. */
const beginning = /^(?:[A-Za-z]{1,10}[0-9]{0,2}[-_.]){1,3}/;

const exactForms: Readonly<Partial<Record<string, RegExp>>> = {
  'anthropic-key':
    /^sk-ant-(?:(?:api|admin)[0-9]{2}-[A-Za-z0-9_-]{90,100}AA|(?:oat|ort|sid)[0-9]{2}-[A-Za-z0-9_-]{80,})$/,
  'openai-key': /T3BlbkFJ|^sk-(?:or-v1-[a-f0-9]{64}|lf-[a-f0-9-]{36})$/,
  'github-token':
    /^(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}|gh[su]_[A-Za-z0-9]{1,20}_eyJ.+)$/,
  'google-api-key': /^AIzaSy/,
  'slack-token':
    /^(?:xox[a-z]-(?:[0-9]{1,2}-)?[0-9]{8,14}-[A-Za-z0-9-]{4,}[A-Za-z0-9]{8}|xoxe(?:\.xox[bp])?-[0-9]-[A-Za-z0-9]{100,}|xapp-[0-9]-[A-Z0-9]{8,}-[0-9]{8,}-[a-f0-9]{60,})$/,
  'notion-token': /^(?:ntn_[0-9]{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43})$/,
  'groq-key': /^gsk_[A-Za-z0-9]{52}$/,
  'npm-token': /^npm_[A-Za-z0-9]{36}$/,
  'cloudflare-token': /^cf(?:at|ut|k)_[A-Za-z0-9]{40}[a-f0-9]{8}$/,
  'sendgrid-key': /^SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/,
};

/** Forms that say less than they seem to. */
const lessSure: Readonly<Partial<Record<string, (value: string) => number>>> = {
  // Many of these are meant to be seen: they stand in web pages and apps.
  'google-api-key': () => 0.6,
  // Opens an account that holds no money.
  'stripe-key': (value) => (/_test_/.test(value) ? 0.75 : 1),
  'slack-token': (value) => (value.length < 28 ? 0.5 : 1),
};

const specials: Readonly<Partial<Record<string, (value: string) => number>>> = {
  'private-key': (value) => (/-----END/.test(value) && keyLength(value) < keyCharsMin ? 0.3 : 1),
  'gcp-service-account': () => 0.75,
  'url-password': (value) => {
    const colon = value.indexOf(':');
    return 0.95 * strengthOfPassword(value.slice(colon + 1), value.slice(0, colon));
  },
  // Anything longer or shorter is a name in code.
  'huggingface-token': (value) => (isMadeUp(value) || !/^hf_[A-Za-z]{34}$/.test(value) ? 0 : isTyped(value) ? 0.5 : 1),
  authorization: ofHeader,
  'bearer-token': ofHeader,
  jwt: (value) => (isMadeUp(value) ? 0 : isJwt(value) ? 1 : 0.5),
  // Written like members of an object, and like names in code.
  'vault-token': (value) => (!/[0-9]/.test(value) ? 0 : isTyped(value.slice(4)) ? 0.5 : 1),
};

/** The shortest private keys have 48 bytes. */
const keyCharsMin = 60;

function keyLength(pem: string): number {
  return pem.replace(/-----[^-]*-----/g, '').replace(/\\[nr]|\s/g, '').length;
}

function ofHeader(value: string): number {
  if (isTemplate(value) || isMadeUp(value)) return 0;
  if (isTyped(value)) return 0.5;
  return value.length >= 16 && bitsPerCharacter(value) > 3 ? 0.95 : 0.7;
}

function isJwt(value: string): boolean {
  return isJwtHeader(value.slice(0, value.indexOf('.')));
}

/** A header alone says how a token would be signed, and opens nothing. */
export function isJwtHeader(value: string): boolean {
  try {
    return atob(value.replaceAll('-', '+').replaceAll('_', '/')).includes('"alg"');
  } catch {
    return false; // No base64.
  }
}
