import { createEngine } from './assess.ts';
import { combine } from './combine.ts';
import { opensTheHost } from './detectors/commands/services.ts';
import { dangersOf } from './detectors/commands.ts';
import type { Assessment, Finding, OwaspId } from './finding.ts';
import { dangersOfUrl } from './net/url-dangers.ts';
import { isShell } from './shell/parse-commands.ts';
import type { SimpleCommand } from './shell/simple-command.ts';
import { unwrap } from './shell/unwrap.ts';

/**
 * What starting an MCP server with this command means, before it is started. Mostly notes, below what blocks: a package
 * without a version is how nearly everybody starts a server.
 */
export function assessLaunch(command: string, args: readonly string[]): Assessment {
  const words = [command, ...args];
  const started = unwrap({ words, through: [] });
  const findings = started.flatMap(({ words: own, through }) => lookAtProgram(own, through));
  return combine([...findings, ...lookAtArguments(args)]);
}

function lookAtProgram(words: readonly string[], through: readonly string[]): Finding[] {
  const [program = '', ...args] = words;
  const command = asCommand(program, args, through);
  const notes = [elevated(command), container(command), packageNote(command), shellText(command), remoteNote(command)];
  const dangers = dangersOf(command)
    .filter(({ rule }) => rule !== 'commands.containers')
    .map(({ rule, weight, reason, owasp = 'MCP05:2025' }) => finding(rule, owasp, weight, reason, args, 0));
  return [...notes.flat().filter((one) => one !== undefined), ...dangers];
}

function asCommand(program: string, args: readonly string[], through: readonly string[]): SimpleCommand {
  const name = program
    .slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1)
    .toLowerCase()
    .replace(/\.(?:exe|cmd)$/, '');
  const places = args.map(() => ({ start: -1, end: -1 }));
  return { name, args, places, start: 0, end: 0, writes: [], reads: [], input: '', fedBy: [], folder: '', through };
}

function elevated({ name, args }: SimpleCommand): Finding | undefined {
  return name === 'sudo' || name === 'doas' || name === 'runas'
    ? finding('launch.elevated', 'MCP02:2025', 0.5, 'The server runs with the rights of the administrator.', args, 0)
    : undefined;
}

function container({ name, args }: SimpleCommand): Finding[] {
  if (!/^(?:docker|podman|nerdctl)$/.test(name) || !args.includes('run')) return [];
  const opened = opensTheHost(args);
  const image = imageOf(args);
  const found = opened ? [finding('launch.container', 'MCP02:2025', opened.weight, opened.reason, args, 0)] : [];
  if (image !== undefined && !pinnedImage(args[image] as string)) {
    found.push(
      finding(
        'launch.unpinned',
        'MCP04:2025',
        0.2,
        'The image may be another one tomorrow: no version and no digest.',
        args,
        image,
      ),
    );
  }
  return found;
}

const imageOptionsWithValue =
  /^(?:-[vepuwhmlca]|--(?:volume|env|env-file|publish|user|workdir|name|network|net|mount|memory|cpus|entrypoint|label|hostname|add-host|platform|pull|cap-add|cap-drop|security-opt|device|restart|log-driver|ulimit|pid|ipc|tmpfs|gpus|dns))$/;

function imageOf(args: readonly string[]): number | undefined {
  for (let at = args.indexOf('run') + 1; at < args.length; at += 1) {
    const arg = args[at] as string;
    if (!arg.startsWith('-')) return at;
    if (imageOptionsWithValue.test(arg)) at += 1;
  }
  return undefined;
}

function pinnedImage(image: string): boolean {
  return (
    image.includes('@sha256:') || (/:[^/]+$/.test(image) && !/:(?:latest|stable|edge|main|master|nightly)$/.test(image))
  );
}

/** How each starter of packages says what to start. */
const starters: Readonly<Record<string, { readonly before?: readonly string[]; readonly option?: RegExp }>> = {
  npx: { option: /^(?:-p|--package)$/ },
  bunx: {},
  uvx: { option: /^--from$/ },
  pipx: { before: ['run'], option: /^--spec$/ },
  npm: { before: ['exec', 'x'] },
  pnpm: { before: ['dlx'] },
  yarn: { before: ['dlx'] },
  bun: { before: ['x'] },
  uv: { before: ['tool', 'run'] },
};

function packageNote({ name, args }: SimpleCommand): Finding[] {
  const starter = starters[name];
  if (!starter) return [];
  let at = 0;
  for (const word of starter.before ?? []) if (args[at] === word) at += 1;
  if (starter.before && at === 0) return [];
  const named = args.findIndex((arg) => starter.option?.test(arg));
  const index = named === -1 ? args.findIndex((arg, place) => place >= at && !arg.startsWith('-')) : named + 1;
  const wanted = args[index];
  if (wanted === undefined) return [];
  const found: Finding[] = [];
  if (/^(?:https?:|git\+|github:|git@)|\.(?:tgz|whl|zip)$/.test(wanted)) {
    if (!/#[0-9a-f]{7,40}$|@[0-9a-f]{40}/.test(wanted))
      found.push(
        finding(
          'launch.unpinned',
          'MCP04:2025',
          0.42,
          'Starts what stands at an address today, whatever it will be tomorrow.',
          args,
          index,
        ),
      );
  } else if (!/.(?:@|==)\d/.test(wanted)) {
    found.push(
      finding(
        'launch.unpinned',
        'MCP04:2025',
        0.2,
        'The package may be another one tomorrow: no version.',
        args,
        index,
      ),
    );
  }
  const known = lookAlike(wanted);
  if (known !== undefined)
    found.push(finding('launch.look-alike', 'MCP04:2025', 0.75, `Its name is nearly that of ${known}.`, args, index));
  return found;
}

/** Packages of which many copies of the name have been seen in the wild, or would pay. */
const wellKnownPackages = [
  '@modelcontextprotocol/server-filesystem',
  '@modelcontextprotocol/server-github',
  '@modelcontextprotocol/server-memory',
  '@modelcontextprotocol/server-everything',
  '@modelcontextprotocol/server-sequential-thinking',
  '@modelcontextprotocol/server-postgres',
  '@modelcontextprotocol/server-slack',
  '@modelcontextprotocol/server-puppeteer',
  '@modelcontextprotocol/inspector',
  '@playwright/mcp',
  '@upstash/context7-mcp',
  '@supabase/mcp-server-supabase',
  '@notionhq/notion-mcp-server',
  '@sentry/mcp-server',
  '@stripe/mcp',
  '@azure/mcp',
  'chrome-devtools-mcp',
  'firecrawl-mcp',
  'tavily-mcp',
  'mcp-remote',
  'mcp-server-fetch',
  'mcp-server-git',
  'mcp-server-time',
  'mcp-server-sqlite',
  'awslabs.core-mcp-server',
];
const editsMax = 2;

function lookAlike(wanted: string): string | undefined {
  const name = wanted.replace(/(?<=.)(?:@|==|\[).*$/, '').toLowerCase();
  if (wellKnownPackages.includes(name)) return undefined;
  return wellKnownPackages.find((known) => {
    const most = known.length < 14 ? 1 : editsMax;
    return Math.abs(known.length - name.length) <= most && editsBetween(name, known, most) <= most;
  });
}

/** Letters put in, taken out or changed; counted no further than `most`. */
function editsBetween(a: string, b: string, most: number): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      current.push(
        Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + same),
      );
    }
    if (Math.min(...current) > most) return most + 1;
    previous = current;
  }
  return previous[b.length] ?? most + 1;
}

const engine = createEngine();

/** `sh -c "…"`: the text is a command of its own. */
function shellText({ name, args }: SimpleCommand): Finding[] {
  const isCmd = /^(?:cmd|powershell|pwsh)$/.test(name);
  if (!isShell(name) && !isCmd) return [];
  const option = args.findIndex((arg) => (isCmd ? /^(?:\/c|\/k|-c|-command)$/i.test(arg) : /^-[a-z]*c$/.test(arg)));
  const script = isCmd ? args.slice(option + 1).join(' ') : args[option + 1];
  if (option === -1 || !script) return [];
  const { findings } = engine.assessText({ surface: 'shell', text: script });
  return findings.map((one) => ({ ...one, at: { ...one.at, pointer: pointerTo(option + 1) } }));
}

function remoteNote({ args }: SimpleCommand): Finding[] {
  return args.flatMap((arg, index) => {
    if (!/^[a-z]+:\/\//i.test(arg)) return [];
    const dangers = dangersOfUrl(arg)
      .filter(({ weight }) => weight >= 0.7)
      .map(({ rule, weight, reason }) => finding(rule, 'MCP05:2025', weight, reason, args, index));
    const open = /^http:\/\/(?!localhost\b|127\.|\[::1\])/i.test(arg);
    return open
      ? [
          ...dangers,
          finding(
            'launch.open-remote',
            'MCP07:2025',
            0.45,
            'Everything that is said to the server can be read and changed on the way: no TLS.',
            args,
            index,
          ),
        ]
      : dangers;
  });
}

/** A secret in an argument stands in the list of processes, for everybody on the machine. */
function lookAtArguments(args: readonly string[]): Finding[] {
  return args.flatMap((arg, index) => {
    const { findings } = engine.assessText({ surface: 'secret_text', text: arg });
    const [secret] = findings;
    if (secret)
      return [{ ...secret, weight: Math.min(secret.weight, 0.6), at: { ...secret.at, pointer: pointerTo(index) } }];
    const named = /^--?(?:[\w-]*(?:api-?key|token|secret|password|passwd))(?:=(.+))?$/i.exec(arg);
    const value = named && (named[1] ?? args[index + 1]);
    const given = value && value.length >= 8 && !/^[-$]|^\$?\{|^<|^%/.test(value);
    return given
      ? [
          {
            ...finding(
              'launch.secret',
              'MCP01:2025',
              0.45,
              'A secret in an argument can be read by every program on this machine.',
              args,
              index,
            ),
            evidence: arg.split('=')[0] ?? '',
          },
        ]
      : [];
  });
}

function finding(
  rule: string,
  owasp: OwaspId,
  weight: number,
  reason: string,
  args: readonly string[],
  index: number,
): Finding {
  const text = args[index] ?? '';
  return {
    rule,
    owasp,
    weight,
    reason,
    evidence: text.slice(0, 80),
    at: { pointer: pointerTo(index), start: 0, end: text.length },
  };
}

function pointerTo(index: number): string {
  return `/args/${index}`;
}
