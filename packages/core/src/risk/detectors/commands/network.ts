import { pathText } from '../../paths/path-text.ts';
import { sensitivePath } from '../../paths/sensitive.ts';
import { isShell } from '../../shell/parse-commands.ts';
import { hasOption, operands, type SimpleCommand } from '../../shell/simple-command.ts';
import type { Danger } from './danger.ts';

const downloaders = new Set([
  'curl',
  'wget',
  'fetch',
  'aria2c',
  'lynx',
  'http',
  'https',
  'httpie',
  'ftp',
  'tftp',
  'scp',
  'lwp-download',
]);
const interpreters = /^(?:python[\d.]*|perl|ruby|node|php|lua|pwsh|powershell|osascript|deno|bun|tclsh)$/;
const listeners = new Set(['nc', 'ncat', 'netcat', 'socat', 'telnet', 'cryptcat']);
const decoders = /^(?:base64|base32|xxd|uudecode|openssl|rev|tr|gunzip|zcat|hex)$/;
const lookups = new Set(['dig', 'nslookup', 'host', 'ping', 'drill']);

/** A program from the network, or from an encoding, that is run without anybody having read it. */
export function runsUnread(command: SimpleCommand): Danger | undefined {
  const { name, args, fedBy } = command;
  const isRunner =
    isShell(name) ||
    name === 'eval' ||
    name === 'source' ||
    name === '.' ||
    (interpreters.test(name) && runsInput(args));
  if (!isRunner || fedBy.length === 0) return undefined;
  const download = fedBy.find((one) => downloaders.has(one.name));
  if (download) {
    return {
      rule: 'commands.remote-code',
      weight: trustedInstaller(download) ? 0.72 : 0.86,
      reason: 'Runs a program from the network that nobody has read.',
      safer: { what: 'only the download: it shows the program, and does not run it', only: download },
    };
  }
  const decoder = fedBy.find(
    (one) =>
      decoders.test(one.name) &&
      (one.name !== 'openssl' || hasOption(one, 'd')) &&
      (one.name !== 'tr' || fedBy.length > 1) &&
      (!/^(?:base|xxd)/.test(one.name) || hasOption(one, 'dDr', '--decode')),
  );
  if (decoder)
    return { rule: 'commands.remote-code', weight: 0.86, reason: 'Runs a program that was hidden in an encoding.' };
  return fedBy.some((one) => listeners.has(one.name))
    ? { rule: 'commands.remote-code', weight: 0.88, reason: 'Runs what comes in over the network.' }
    : undefined;
}

function runsInput(args: readonly string[]): boolean {
  return args.length === 0 || args[0] === '-' || (/^-[ec]$/.test(args[0] ?? '') && /\$\(|`/.test(args[1] ?? ''));
}

/** Installers that very many people start so; still worth a look. */
function trustedInstaller({ args }: SimpleCommand): boolean {
  return args.some((arg) =>
    /^https:\/\/(?:sh\.rustup\.rs|get\.docker\.com|bun\.sh|deno\.land|astral\.sh|install\.python-poetry\.org|get\.pnpm\.io|(?:www\.)?npmjs\.(?:com|org)|get\.helm\.sh|get\.sdkman\.io|cli\.github\.com|raw\.github(?:usercontent)?\.com\/(?:nvm-sh|creationix|Homebrew|ohmyzsh|helm)\/)/.test(
      arg,
    ),
  );
}

/** A shell that somebody elsewhere types into. */
export function reverseShell(command: SimpleCommand): Danger | undefined {
  const { name, args, writes, reads } = command;
  const joined = args.join(' ');
  if ([...writes, ...reads, joined].some((text) => /\/dev\/(?:tcp|udp)\//.test(text))) {
    return shellOut(isShell(name) || name === 'exec' || name === '' ? 0.94 : 0.86);
  }
  if (listeners.has(name)) return handsOutShell(command, joined) ? shellOut(0.93) : undefined;
  const runsCode = interpreters.test(name) || /^[gmn]?awk$/.test(name);
  return runsCode && codeOfReverseShell(joined) ? shellOut(0.92) : undefined;
}

function handsOutShell(command: SimpleCommand, joined: string): boolean {
  if (command.name === 'socat') return /exec:|system:/i.test(joined);
  if (command.fedBy.some(({ name }) => isShell(name) || (command.name === 'telnet' && name === 'mkfifo'))) return true;
  return hasOption(command, 'ec', '--exec', '--sh-exec') && /\b(?:sh|bash|cmd|powershell|zsh)\b/.test(joined);
}

function codeOfReverseShell(code: string): boolean {
  const connects = /socket|fsockopen|\/inet\/tcp|tcpsocket|net\.connect|net\.socket|tcpclient/i.test(code);
  return (
    connects && /\/bin\/(?:ba)?sh|dup2|pty\.spawn|subprocess|exec\b|spawn|cmd\.exe|iex\b|popen|system\(/i.test(code)
  );
}

function shellOut(weight: number): Danger {
  return { rule: 'commands.reverse-shell', weight, reason: 'Gives a shell on this machine to somebody elsewhere.' };
}

/** Keys, passwords or the environment on the way to the network. */
export function sendsSecrets(command: SimpleCommand): Danger | undefined {
  if (!sends(command)) return undefined;
  const sent = command.args.filter(
    (_, at) => !/^(?:-\w*[ieE]|--(?:key|cert|cacert|identity))$/.test(command.args[at - 1] ?? ''),
  );
  const files = [...sent.slice(0, filesMax), ...command.reads].flatMap((arg) => [
    arg,
    arg.replace(/^(?:--?[\w-]+=)?[^@]*@/, ''),
    arg.replace(/^--?[\w-]+=/, ''),
  ]);
  const own = files.map(secretFile).find((one) => one !== undefined);
  const fed = command.fedBy
    .flatMap(({ args, reads }) => [...args, ...reads])
    .slice(0, filesMax)
    .map(secretFile)
    .find((one) => one !== undefined);
  const what = own ?? fed ?? (command.fedBy.some(printsEnvironment) ? 'the environment, with its secrets' : undefined);
  return what === undefined
    ? undefined
    : { rule: 'commands.exfiltration', weight: 0.93, reason: `Sends ${what} over the network.`, owasp: 'MCP01:2025' };
}

/** Arguments that are looked at; a longer list of files is no command that a person would read. */
const filesMax = 500;

function secretFile(path: string): string | undefined {
  const sensitive = path.length < 300 && /[./~]/.test(path) && !/^https?:/.test(path) ? sensitivePath(path) : undefined;
  return sensitive && sensitive.weight >= 0.6 ? sensitive.what : undefined;
}

function printsEnvironment({ name, args }: SimpleCommand): boolean {
  return (
    ((name === 'env' || name === 'printenv' || name === 'set') && args.length === 0) ||
    (name === 'export' && args[0] === '-p') ||
    (name === 'history' && args.length === 0)
  );
}

function sends(command: SimpleCommand): boolean {
  const { name, args } = command;
  if (name === 'curl') {
    return (
      hasOption(
        command,
        'dFT',
        '--data',
        '--data-binary',
        '--data-raw',
        '--data-urlencode',
        '--form',
        '--upload-file',
        '--json',
      ) ||
      args.some((arg) => /[?=/].*(?:\$\(|`)/.test(arg)) ||
      hasOption(command, 'GH')
    );
  }
  if (name === 'wget') return args.some((arg) => /^--(?:post|body)-(?:file|data)|\$\(|`/.test(arg));
  if (
    listeners.has(name) ||
    name === 'sftp' ||
    name === 'ftp' ||
    name === 'tftp' ||
    name === 'mail' ||
    name === 'mailx' ||
    name === 'sendmail' ||
    name === 'mutt'
  )
    return true;
  if (name === 'scp' || name === 'rsync') return remote(operands(command).at(-1) ?? '');
  if (lookups.has(name)) return command.fedBy.length > 0 && args.some((arg) => /\$\(|`/.test(arg));
  if (/^(?:aws|gsutil|gcloud|az|rclone|s3cmd|mc)$/.test(name))
    return args.some((arg) => /^(?:s3|gs|\w+):\/\/|^\w+:/.test(arg));
  if (name === 'http' || name === 'https') return args.some((arg) => arg.includes('@') || /^(?:POST|PUT)$/i.test(arg));
  return false;
}

function remote(target: string): boolean {
  return /^(?:[\w.-]+@)?[\w.-]+:|^rsync:\/\//.test(target) && !/^[a-z]:\\/i.test(target);
}

const readers = new Set([
  'cat',
  'less',
  'more',
  'head',
  'tail',
  'cp',
  'tar',
  'zip',
  'gzip',
  'base64',
  'xxd',
  'od',
  'strings',
  'grep',
  'awk',
  'sed',
  'vi',
  'vim',
  'nano',
  'dd',
  'scp',
  'rsync',
  'mv',
  'tee',
  'bat',
  'type',
  'sort',
  'nl',
  'hexdump',
  'openssl',
  'source',
  '.',
  'cut',
  'tac',
  'sqlite3',
  'jq',
  'curl',
  'python',
  'python3',
  'diff',
  'rev',
  'unshadow',
  'john',
]);

/** Programs that hand out what a keyring keeps. */
function keyringSecrets({ name, args }: SimpleCommand): string | undefined {
  const joined = args.join(' ');
  if (name === 'gpg' && /--export-secret/.test(joined)) return 'private keys';
  if (name === 'security' && /^(?:find-(?:generic|internet)-password\b.*-\w*[wg]|dump-keychain|export)/.test(joined))
    return 'the keyring of the system';
  if (name === 'secret-tool' && /^(?:lookup|search)/.test(joined)) return 'the keyring of the system';
  return /^(?:pass|op|bw)$/.test(name) && /^(?:show|read|get|export|item get)\b/.test(joined)
    ? 'a password store'
    : undefined;
}

/** `curl -o F …; sh F`: fetched, and run a moment later. */
export function runsFetched(commands: readonly SimpleCommand[]): Danger | undefined {
  const fetched = commands.filter(({ name }) => downloaders.has(name)).flatMap(filesFetched);
  if (fetched.length === 0) return undefined;
  const isFetched = (word: string) => fetched.some((file) => word === file || word === `./${file}`);
  const runs = commands.some(
    ({ name, args }) =>
      fetched.some((file) => file.toLowerCase().endsWith(`/${name}`) && name !== '') ||
      ((isShell(name) || interpreters.test(name)) && args.slice(0, 2).some(isFetched)) ||
      (name === 'chmod' && /x|7/.test(args[0] ?? '') && args.slice(1).some(isFetched)),
  );
  return runs
    ? { rule: 'commands.remote-code', weight: 0.72, reason: 'Fetches a program and runs it at once.' }
    : undefined;
}

function filesFetched({ args, writes }: SimpleCommand): string[] {
  const named = args.flatMap((arg, at) =>
    /^(?:-o|-O|--output|--output-document)$/.test(arg)
      ? [args[at + 1] ?? '']
      : /^--output(?:-document)?=/.test(arg)
        ? [arg.slice(arg.indexOf('=') + 1)]
        : [],
  );
  const urls = args
    .filter((arg) => /^https?:\/\/[^?]+\/[^/?]+$/.test(arg))
    .map((arg) => arg.slice(arg.lastIndexOf('/') + 1));
  return [...named, ...writes, ...urls].filter(
    (file) => file.length > 0 && !file.startsWith('-') && !/^https?:|^\/dev\//.test(file),
  );
}

/** Reading what gives power away, even where it stays on the machine for now. */
export function readsSecrets(command: SimpleCommand): Danger | undefined {
  const { name, args, reads, through } = command;
  const kept = keyringSecrets(command);
  if (kept !== undefined)
    return { rule: 'commands.secrets', weight: 0.82, reason: `Reads ${kept}.`, owasp: 'MCP01:2025' };
  if (!readers.has(name) && reads.length === 0) return undefined;
  const found = [...(readers.has(name) ? args : []), ...reads]
    .filter((arg) => arg.length < 300 && /[./~\\]/.test(arg) && !/^https?:\/\//.test(arg))
    .map((arg) => ({ path: pathText(arg.replace(/^(?:if|of)=/, '').replace(/^@/, '')), arg }))
    .filter(({ path }) => path.path !== 'etc/passwd')
    .map(({ path }) => sensitivePath(path))
    .filter((one) => one !== undefined)
    .sort((a, b) => b.weight - a.weight)[0];
  if (!found || found.weight < 0.6) return undefined;
  const weight = found.weight >= 0.84 ? (through.includes('ssh') ? 0.6 : 0.82) : found.weight >= 0.72 ? 0.55 : 0.3;
  return { rule: 'commands.secrets', weight, reason: `Reads ${found.what}.`, owasp: 'MCP01:2025' };
}
