import type { Finding } from '../finding.ts';
import type { Subject } from '../surfaces.ts';
import { wordsOf } from './outside.ts';
import type { StringIn } from './strings-in.ts';
import { runsIn } from './values-in.ts';

/** Files that hold keys, by the end of their path. An example of one holds none. */
const secretFile =
  /(?:^|[\s"'=/\\])(?:\.env(?:\.(?!example\b|sample\b|template\b|dist\b)[\w-]+)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|_netrc|\.pgpass|\.npmrc|\.pypirc|\.git-credentials|credentials(?:\.json)?|secrets?\.(?:json|ya?ml|toml|env)|shadow|[\w.-]+\.(?:pem|p12|pfx|keystore|kdbx))(?=$|[\s"';|&)])|[/\\]\.(?:ssh|aws|gnupg|kube|azure)[/\\]|\/proc\/(?:self|\d+)\/environ/i;
/** Commands that print the environment or a keyring. */
const secretCommand =
  /(?:^|[;&|(`]\s*|\$\()\s*(?:printenv|env|export -p|set|security find-\w+-password|pass show|gcloud auth print-\w+|aws configure get|vault (?:read|kv get)|kubectl get secrets?)(?=$|[\s;|)`])/i;
const secretWords = new Set([
  'secret',
  'secrets',
  'credential',
  'credentials',
  'password',
  'passwords',
  'keychain',
  'vault',
  'env',
  'environment',
  'token',
]);

/** What detectors call a read of keys. */
const secretRules = new Set(['files.sensitive', 'commands.secrets', 'network.metadata', 'sql.credentials']);

/** True when what the call answers is secret, by what it asks for. */
export function isSecretCall(tool: string, args: readonly StringIn[], found: readonly Finding[]): boolean {
  if (found.some(({ rule }) => secretRules.has(rule))) return true;
  const asksBySelf = [...wordsOf(tool)].some((word) => secretWords.has(word));
  return (
    asksBySelf || args.some(({ text }) => text.length < 4_096 && (secretFile.test(text) || secretCommand.test(text)))
  );
}

/** The values at which a detector has found a secret. */
export function valuesFound(rpc: Subject['rpc'], found: readonly Finding[]): readonly string[] {
  const secrets = found.filter(({ rule }) => rule.startsWith('secrets.'));
  return secrets.flatMap(({ at: { pointer, start, end } }) => {
    const text = stringAt(rpc, pointer)?.slice(start, end);
    return text === undefined ? [] : [...runsIn(text)];
  });
}

function stringAt(value: unknown, pointer: string): string | undefined {
  let here = value;
  for (const name of pointer.split('/').slice(1)) {
    if (typeof here !== 'object' || here === null) return undefined;
    const plain = name.replaceAll('~1', '/').replaceAll('~0', '~');
    here = Object.hasOwn(here, plain) ? (here as Record<string, unknown>)[plain] : undefined;
  }
  return typeof here === 'string' ? here : undefined;
}
