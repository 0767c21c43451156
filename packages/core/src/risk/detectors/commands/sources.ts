import type { SimpleCommand } from '../../shell/simple-command.ts';
import type { Danger } from './danger.ts';

const managers = /^(?:npm|pnpm|yarn|bun|pip\d?|pipx|uv|gem|bundle|cargo|go|composer|brew|conda|easy_install)$/;
const known =
  /^(?:git\+)?(?:https:\/\/(?:registry\.npmjs\.org|registry\.yarnpkg\.com|(?:test\.)?pypi\.org|files\.pythonhosted\.org|rubygems\.org|crates\.io|index\.crates\.io|proxy\.golang\.org|repo\.anaconda\.com|conda\.anaconda\.org|download\.pytorch\.org|github\.com|gitlab\.com|bitbucket\.org)(?:\/|$)|https?:\/\/(?:localhost|127\.0\.0\.1)(?:[:/]|$)|ssh:\/\/git@)/;
const changing = /^(?:install|i|add|get|download|update|upgrade|config|set|source|sources)$/;
const setting = /^(?:config|set|source|sources)$/;
const registryOption =
  /^(?:registry|@\S+:registry|global\.(?:index-url|extra-index-url|trusted-host)|index-url|--registry|--index-url|--extra-index-url|-i|--index|--source|--find-links|-f|--trusted-host|npmregistryserver)$/i;

/** Programs of others that would come from an unusual place: packages, and repositories that are led elsewhere. */
export function changesSources({ name, args }: SimpleCommand): Danger | undefined {
  if (name === 'git') return ledElsewhere(args);
  // What a package is given as an argument, once it runs, is its own affair.
  if (!managers.test(name) || !args.slice(0, 4).some((arg) => changing.test(arg))) return undefined;
  const address = args.flatMap((arg, at) => addressIn(arg, args[at - 1])).find((one) => !known.test(one));
  if (address === undefined) return undefined;
  const open = /^(?:git\+)?http:/.test(address);
  if (args.some((arg) => setting.test(arg)))
    return from('Has all packages fetched from another place from now on.', open ? 0.74 : 0.62);
  return from('Installs a package from a place of its own.', open ? 0.64 : 0.42);
}

function addressIn(arg: string, before = ''): string[] {
  const [option = '', value] = arg.split(/=(.*)/s);
  if (value !== undefined && registryOption.test(option)) return [value];
  if (registryOption.test(before)) return [arg];
  return /^(?:git\+)?https?:\/\//.test(arg) ? [arg] : [];
}

function ledElsewhere(args: readonly string[]): Danger | undefined {
  const joined = args.join(' ');
  if (/\burl\.\S{1,300}\.(?:pushInsteadOf|insteadOf)\b/i.test(joined))
    return from('Leads repositories to another place.', 0.64);
  if (/\bcore\.(?:hooksPath|fsmonitor|sshCommand)[ =]\S/i.test(joined))
    return from('Has Git run programs of another folder.', 0.55);
  if (/\bhttp\.sslVerify[ =](?:false|0)\b/i.test(joined))
    return from('Lets anybody pose as the server of a repository.', 0.5);
  return /\bcredential\.helper[ =](?:store|!)/i.test(joined)
    ? from('Keeps passwords in the clear, or hands them to a program.', 0.45)
    : undefined;
}

function from(reason: string, weight: number): Danger {
  return { rule: 'commands.sources', weight, reason, owasp: 'MCP04:2025' };
}
