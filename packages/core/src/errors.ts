/** Exit status by kind of error, where no child runs. The kind is what stands before the dot of a code. */
export const exitStatuses = {
  usage: 2,
  config: 3,
  account: 4,
  network: 5,
  policy: 6,
  log: 1,
  internal: 1,
} as const;

interface ErrorEntry {
  readonly exit: number;
  /** What it means, for the reference page. */
  readonly means: string;
  /** What to do, unless the thrower knows better. */
  readonly fix: string;
}

const entry = (exit: number, means: string, fix: string): ErrorEntry => ({ exit, means, fix });
const { usage, config, account, network, log } = exitStatuses;

/** Every error km can end with. docs/reference/errors.md is made from this table. */
export const errorTable = {
  'usage.unknown-command': entry(
    usage,
    'The first word is no command of km.',
    'Run `km --help` for the list of commands.',
  ),
  'usage.unknown-option': entry(
    usage,
    'The command has no such option.',
    'Run the command with `--help` for its options.',
  ),
  'usage.bad-value': entry(
    usage,
    'An option or argument has a value that does not fit.',
    'Run the command with `--help` for what it takes.',
  ),
  'usage.no-program': entry(
    usage,
    '`km monitor` was given no program to run.',
    'Put the command after two dashes: `km monitor -- npx -y some-mcp-server`.',
  ),
  'usage.unreadable': entry(usage, 'A file that was named cannot be read.', 'Check its path and its permissions.'),
  'usage.unwritable': entry(
    usage,
    'A file that was to be written cannot be.',
    'Name another file, or check the permissions of its folder.',
  ),
  'config.unreadable': entry(
    config,
    'The configuration file exists and cannot be read.',
    'Check its permissions, or point KM_CONFIG_DIR elsewhere.',
  ),
  'config.invalid': entry(
    config,
    'A configuration value does not fit.',
    'Correct it: `km config edit` opens the file, and the reference of the configuration lists what each key takes.',
  ),
  'config.unknown-key': entry(
    config,
    'There is no such configuration key.',
    'Run `km config show` for the list of keys.',
  ),
  'config.unwritable': entry(
    config,
    'The configuration file cannot be written.',
    'Check the permissions of the folder, or point KM_CONFIG_DIR elsewhere.',
  ),
  'config.newer': entry(
    config,
    'The configuration file was written for a newer km, so this one does not change it.',
    'Update km, or change the file with an editor.',
  ),
  'config.editor-failed': entry(
    config,
    'The editor could not be started, or ended with an error.',
    'Set VISUAL or EDITOR to a command that opens a file and ends when the file is closed.',
  ),
  'program.not-found': entry(
    127,
    'The program to run does not exist.',
    'Check the spelling, or give its absolute path: desktop clients start km with a short PATH.',
  ),
  'program.not-executable': entry(
    126,
    'The program to run is not executable.',
    'Make it executable (`chmod +x`), or run it through its interpreter.',
  ),
  'program.too-many-files': entry(
    126,
    'The system has no file descriptors or processes left.',
    'Raise the limit (`ulimit -n`), or close programs.',
  ),
  'program.failed': entry(
    126,
    'The program to run could not be started.',
    'Start the program by itself to see what is wrong.',
  ),
  'listen.in-use': entry(
    exitStatuses.network,
    'Another program listens on the port.',
    'Name another port, or 0 for one that is free: `km monitor --listen 0 -- <command>`.',
  ),
  'listen.failed': entry(
    exitStatuses.network,
    'The address cannot be listened on.',
    'Check that the address is one of this machine. Ports below 1024 may need more rights.',
  ),
  'listen.insecure': entry(
    usage,
    'Other machines could listen in on, or use, what is meant for its owner.',
    'Give a certificate (--tls-cert, --tls-key; `km certs new` makes one), or say --plain-http where the network is safe.',
  ),
  'listen.certificate': entry(
    config,
    'A certificate or its key cannot be used.',
    'Both must be PEM files that belong together and have not expired; `km certs new` makes them.',
  ),
  'oauth.discovery': entry(
    exitStatuses.account,
    'A server across the network wants a sign-in, and nothing that may be used says how.',
    "Ask who runs the server, or give it a token: `--header 'Authorization: Bearer …'`.",
  ),
  'oauth.registration': entry(
    exitStatuses.account,
    'The authorization server of an MCP server does not know km, and registers nobody by itself.',
    'Register km there, and put what it gives you into `oauth.clients`.',
  ),
  'oauth.sign-in': entry(
    exitStatuses.account,
    'Signing in at the authorization server of an MCP server did not succeed.',
    'Try again; the client shows the same error until somebody has signed in.',
  ),
  'log.unreadable': entry(
    log,
    'The log cannot be read.',
    'Check the path and its permissions; `km config path` prints where it should be.',
  ),
  'log.unwritable': entry(log, 'The log cannot be changed.', 'Check the permissions of the data folder.'),
  'log.tampered': entry(
    log,
    'A hash chain of the log does not hold.',
    'Compare the log with a copy you trust, from the first place named.',
  ),
  'tools.unknown': entry(usage, 'No tool, or server, of that name is known.', 'Run `km tools list` for their names.'),
  'tools.unusable': entry(
    log,
    'What km knows of tools cannot be read or written.',
    'Check the permissions of the folder `knowledge` in the data folder.',
  ),
  'plugin.invalid': entry(
    config,
    'What was to be added is no filter that km can run.',
    'A plugin is one file that exports a filter by default, or a package that does; `km plugin new` writes one.',
  ),
  'plugin.not-installed': entry(
    exitStatuses.network,
    'npm could not install a plugin.',
    'Check the name of the package and the network; npm has to be on the PATH.',
  ),
  'plugin.unknown': entry(usage, 'There is no plugin of that name.', 'Run `km plugin list` for their names.'),
  'plugin.register': entry(
    config,
    'The list of plugins cannot be used.',
    'Restore plugins.json in the data folder, or remove it and add the plugins again.',
  ),
  'policy.invalid': entry(
    config,
    'A policy file is wrong.',
    'Correct it at the places named; `km policy check` reads it without starting anything.',
  ),
  'policy.unreadable': entry(
    config,
    'A policy file is there and cannot be read.',
    'Check its permissions; it has to be an ordinary file of 1 MiB at most.',
  ),
  'policy.exists': entry(usage, 'There is a policy file already.', 'Edit it, or remove it first.'),
  'policy.tests-failed': entry(
    exitStatuses.policy,
    'The tests of a policy do not hold.',
    'Change the rules, or what the tests expect.',
  ),
  'webhook.secret': entry(
    config,
    'A webhook has no secret to sign with.',
    'Set the variable that `secret_env` names, or write the secret into the file that `secret_file` names.',
  ),
  'policy.blocked': entry(
    exitStatuses.policy,
    'A rule of the policy keeps a server from being started.',
    'Start it in a way that the rule allows, or change the rule: `km policy show` says where it stands.',
  ),
  'account.key-malformed': entry(
    account,
    'An API key does not have the form of one: `km_live_` or `km_test_`, then 43 letters, digits, `-` or `_`.',
    'Copy the whole key from the dashboard of your control plane, under API keys, or ask an owner of your organisation for one.',
  ),
  'account.no-key': entry(account, 'Nobody is signed in.', 'Run `km init`, or set KM_API_KEY.'),
  'account.exists': entry(
    account,
    'There is a key already.',
    'Run `km init --update` to put another in its place, or `km logout` first.',
  ),
  'account.refused': entry(
    account,
    'The control plane does not accept the key or the token.',
    'Check whether the key was revoked, and run `km init --update` with another.',
  ),
  'account.not-entitled': entry(
    account,
    'The tier or role of the account does not have this, or its quota is used up.',
    'Ask an owner of your organisation.',
  ),
  'account.keyring': entry(
    account,
    'The keyring of the system cannot keep the key.',
    'Unlock it or start one, set KM_API_KEY, or run `km init --plain-file` to keep the key in a file that only you can read.',
  ),
  'account.cancelled': entry(account, 'The sign-in was not finished.', 'Run `km init` again.'),
  'account.unwritable': entry(
    account,
    'What km knows of the account cannot be kept.',
    'Check the permissions of the folder `account` in the data folder.',
  ),
  'network.unreachable': entry(
    network,
    'The control plane does not answer.',
    'Check the network, and `api_url` with `km config get api_url`; `km doctor` tells more.',
  ),
  'network.bad-answer': entry(
    network,
    'What answers is not the control plane.',
    'Check `api_url`; a proxy or a captive portal may stand in between.',
  ),
  'network.busy': entry(network, 'The control plane was asked too often.', 'Wait a minute and try again.'),
  'network.server-failed': entry(
    network,
    'The control plane could not do what it was asked for.',
    'Try again later; its log has more under the request id.',
  ),
  'network.request-refused': entry(
    network,
    'The control plane does not understand what km asks.',
    'Check that `api_url` leads to a control plane, and that it is not older than this km.',
  ),
  'telemetry.off': entry(usage, 'Telemetry is switched off.', 'Run `km config set telemetry.enabled true`.'),
  'telemetry.unsent': entry(
    network,
    'Events could not be sent; they are kept.',
    'Try again later, or leave it to the next `km monitor`. `km telemetry status` shows what waits.',
  ),
  'internal.bug': entry(exitStatuses.internal, 'km itself is wrong.', 'Please report it with `KM_BACKTRACE=1` set.'),
} as const satisfies Record<string, ErrorEntry>;
export type ErrorCode = keyof typeof errorTable;

interface ErrorDetails {
  /** The error underneath; its message becomes the `cause:` line. */
  readonly cause?: unknown;
  /** Replaces the table's advice. */
  readonly fix?: string;
}

/** The world failed: disk, network, input. The message says what, where; secrets and bodies stay in `cause`. */
export class KmError extends Error {
  readonly code: ErrorCode;
  readonly fix: string;

  constructor(code: ErrorCode, message: string, { cause, fix }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'KmError';
    this.code = code;
    this.fix = fix ?? errorTable[code].fix;
  }

  /** The status to exit with when this error ends the program. */
  get exit(): number {
    return errorTable[this.code].exit;
  }
}

/** Told by its fields, not its class: each lazily loaded chunk carries a class of its own. */
export function isKmError(error: unknown): error is KmError {
  return error instanceof Error && error.name === 'KmError' && 'code' in error;
}
