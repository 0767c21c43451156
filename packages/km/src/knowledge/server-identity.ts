import { createRedactor } from '@kilometers/core/redact.ts';
import { isSecretName } from '@kilometers/core/secret-formats.ts';

/** What a server is known by: never what it says of itself. */
export interface ServerIdentity {
  /** As given by `--name`, or made from the command. */
  readonly name: string;
  /** The command without version and secrets, or the address without credentials and query. */
  readonly command: string;
}

export type Launch =
  | { readonly name: string; readonly command: string; readonly args: readonly string[] }
  | { readonly name: string; readonly url: string };

/** The same server is the same over its versions, over keys that are changed, and wherever its program is installed. */
export function serverIdentity(launch: Launch): ServerIdentity {
  if ('url' in launch) return { name: launch.name, command: plainUrl(launch.url) };
  const program = (launch.command.split(/[/\\]/).at(-1) ?? '').replace(/\.(exe|cmd|bat)$/i, '');
  return { name: launch.name, command: [program, ...plainArgs(launch.args)].join(' ') };
}

function plainUrl(text: string): string {
  if (!URL.canParse(text)) return 'url';
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}

const redactor = createRedactor();
const secret = '[secret]';

function plainArgs(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const [, option, value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (option !== undefined && value !== undefined && isSecretName(option)) return `--${option}=${secret}`;
    const before = /^--?([\w-]+)$/.exec(args[index - 1] ?? '')?.[1];
    if (option === undefined && before !== undefined && isSecretName(before)) return secret;
    const [, variable, content] = /^(\w+)=(.+)$/s.exec(arg) ?? [];
    if (variable !== undefined && content !== undefined && isSecretName(variable)) return `${variable}=${secret}`;
    return withoutVersion(redactor.text(arg).text);
  });
}

/** `pkg@1.2`, `@scope/pkg@latest`, `pkg==1.2`, `image:1.2` and `image@sha256:…` lose what comes after the name. */
function withoutVersion(arg: string): string {
  return arg
    .replace(/^((?:@[\w.-]+\/)?[\w.-]+)@(?:[\^~]?\d[\w.+-]*|latest|next|beta)$/, '$1')
    .replace(/^([\w.-]+(?:\[[\w,]+\])?)==[\w.+-]+$/, '$1')
    .replace(/^([\w.-]+(?:\/[\w.-]+)*)(?::(?:v?\d[\w.-]*|latest))?(?:@sha256:[0-9a-f]+)?$/, '$1');
}
