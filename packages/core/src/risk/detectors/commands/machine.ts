import { hasOption, operands, type SimpleCommand } from '../../shell/simple-command.ts';
import { targetOf } from '../../shell/target.ts';
import type { CommandRule, Danger } from './danger.ts';

/** What a machine shows, guards or lets in; and stores that are emptied by one word. */
export const machineRules: Readonly<Record<string, CommandRule>> = {
  mount: mounted,
  umount: (command) => (hasOption(command, 'a', '--all') ? power('Takes all file systems away.', 0.62) : undefined),
  swapoff: (command) => (hasOption(command, 'a', '--all') ? power('Takes the swap space away.', 0.42) : undefined),
  chattr: (command) =>
    command.args.some((arg) => /^[-+=]\w*[ia]/.test(arg)) && command.args.some((arg) => isSystem(arg))
      ? power('Changes who may change a file of the system.', 0.68)
      : undefined,
  ngrok: tunnel,
  cloudflared: ({ args }) => (args.includes('tunnel') ? tunnel() : undefined),
  frpc: tunnel,
  chisel: tunnel,
  tcpdump: ({ args }) =>
    args.some((arg) => /^-\w*[iw]/.test(arg)) ? watches('Records the talk of the network.', 0.45) : undefined,
  nmap: scan,
  masscan: scan,
  zmap: scan,
  hydra: tool,
  sqlmap: tool,
  hashcat: tool,
  msfconsole: tool,
  msfvenom: tool,
  responder: tool,
  launchctl: ({ args }) =>
    /^(?:load|bootstrap|submit)\b/.test(args.join(' '))
      ? stays('Has a program started at each sign-in or start.', 0.55)
      : undefined,
  defaults: ({ args }) =>
    /^write\b.*\blog(?:in|out)hook\b/i.test(args.join(' '))
      ? stays('Has a program started at each sign-in.', 0.74)
      : undefined,
  tmutil: ({ args }) =>
    /^(?:disable|delete\w*)$/.test(args[0] ?? '') ? lost('Turns backups off, or deletes them.', 0.7) : undefined,
  xattr: ({ args }) =>
    /^-\w*[dc]/.test(args[0] ?? '') && /quarantine/.test(args.join(' '))
      ? power('Takes the warning off a program from the network.', 0.5)
      : undefined,
  'docker-compose': composed,
  btrfs: ({ args }) =>
    /^subvol\w* delete/.test(args.join(' ')) ? lost('Deletes a part of a file system.', 0.8) : undefined,
  rabbitmqctl: ({ args }) =>
    /^(?:force_)?reset$|^delete_(?:vhost|queue|user)$/.test(args[0] ?? '')
      ? lost('Empties a message broker.', 0.72)
      : undefined,
  etcdctl: (command) =>
    command.args[0] === 'del' && hasOption(command, '', '--prefix', '--from-key')
      ? lost('Deletes settings of a cluster.', 0.72)
      : undefined,
  consul: ({ args }) =>
    /^kv delete\b.*-recurse/.test(args.join(' ')) ? lost('Deletes settings of a cluster.', 0.7) : undefined,
  'kafka-topics': topics,
  'kafka-topics.sh': topics,
  vault: ({ args }) =>
    /-policy=root|^(?:secrets|auth|audit) disable|^(?:kv )?(?:metadata )?delete\b/.test(args.join(' '))
      ? power('Opens or empties a store of secrets.', 0.66)
      : undefined,
  alias: ({ args }) =>
    args.some((arg) =>
      /^(?:sudo|su|ssh|ls|cd|cat|git|passwd)=.{0,100}(?:\/tmp\/|\/dev\/shm\/|\bcurl\b|\bwget\b|\bnc\b)/.test(arg),
    )
      ? stays('Puts another program in the place of one that is trusted.', 0.74)
      : undefined,
  at: timed,
  batch: timed,
};

/** What goes with many programs: whole folders that leave, names that carry something out, services told to delete. */
export function leavesTheMachine(command: SimpleCommand): Danger | undefined {
  const { name, args } = command;
  const joined = args.join(' ');
  if (lookups.test(name)) return carriedByName(joined);
  if (name === 'ssh' && hasOption({ ...command, args: args.slice(0, 6) }, 'R'))
    return { rule: 'commands.tunnel', weight: 0.42, reason: 'Lets others into this machine or network.' };
  if (name === 'curl' && /(?:-X|--request)[ =]?DELETE\b/.test(joined))
    return lost('Has a service delete something.', /:9200\/|\/_all\b|\/\*/.test(joined) ? 0.8 : 0.25);
  if (senders.test(name)) return sentWhole(command);
  if (name === 'gh' && /^api\b.*(?:-X|--method)[ =]?DELETE\b/.test(joined))
    return lost('Deletes something at GitHub.', 0.66);
  if (name === 'kubectl' && /^(?:exec|run)\b/.test(joined)) return inCluster(joined);
  return name === 'docker' && args[0] === 'compose' ? composed(command) : undefined;
}

const lookups = /^(?:dig|nslookup|host|ping|drill)$/;
const senders = /^(?:ssh|nc|ncat|netcat|curl|socat)$/;
const packers = /^(?:tar|zip|dd|mysqldump|pg_dump|pg_dumpall|mongodump)$/;
const nameFromCommand = /(?:\$\([^)]{1,200}\)|`[^`]{1,200}`|\$\{?\w{1,30}\}?)[\w-]{0,20}\.[a-z][\w-]{0,60}\.[a-z]{2,}/i;

function carriedByName(joined: string): Danger | undefined {
  if (!nameFromCommand.test(joined)) return undefined;
  const weight = /\$\(|`/.test(joined) ? 0.74 : 0.3;
  return { rule: 'commands.exfiltration', weight, reason: 'Tells something to others by asking for a name.' };
}

function sentWhole({ name, fedBy }: SimpleCommand): Danger | undefined {
  const packed = fedBy.find((one) => packers.test(one.name));
  if (packed === undefined) return undefined;
  const whole =
    packed.name.includes('dump') || operands(packed).some((arg) => wide.has(targetOf(arg.replace(/^if=/, ''))));
  const weight = name === 'ssh' ? 0.38 : 0.66; // To one's own machine it is how a copy is made.
  return whole
    ? { rule: 'commands.exfiltration', weight, reason: 'Sends a whole folder or database over the network.' }
    : undefined;
}

const wide: ReadonlySet<string> = new Set(['home', 'root', 'system', 'disk', 'here']);

function inCluster(joined: string): Danger | undefined {
  if (/--privileged|"privileged":\s?true|hostpid|hostnetwork/i.test(joined))
    return power('Starts a container with the rights of the machine.', 0.76);
  return /--\s.*\b(?:rm\s+-\w*[rR]|mkfs|dd\s|drop\s+(?:table|database))/i.test(joined)
    ? lost('Deletes something within a container.', 0.64)
    : undefined;
}

function composed({ args }: SimpleCommand): Danger | undefined {
  return args.includes('down') && args.some((arg) => /^(?:-v|--volumes)$/.test(arg))
    ? lost('Deletes the data of containers.', 0.5)
    : undefined;
}

function topics({ args }: SimpleCommand): Danger | undefined {
  return args.includes('--delete') ? lost('Deletes a topic and all in it.', 0.62) : undefined;
}

function mounted(command: SimpleCommand): Danger | undefined {
  const [source = '', place = ''] = operands(command).slice(-2);
  const joined = command.args.join(' ');
  const bound = /--r?bind\b|-o\s?\S{0,60}\bbind\b|^-B\b/.test(joined);
  if (bound && isSystem(place)) return power('Puts something else in the place of a file of the system.', 0.82);
  if (bound && (['root', 'home'].includes(targetOf(source)) || /^\/etc\b/.test(source)))
    return power('Shows the files of the machine at another place.', 0.62);
  return /\bremount,\S{0,20}\brw\b|\bremount\b.*\brw\b/.test(joined) && /\s\/\S{0,10}$/.test(joined)
    ? power('Lets the system be changed.', 0.38)
    : undefined;
}

function isSystem(path: string): boolean {
  return path.startsWith('/') && ['system', 'root'].includes(targetOf(path));
}

function scan({ args }: SimpleCommand): Danger | undefined {
  return args.some((arg) => /\/(?:[0-9]|1\d|2[0-8])$|^-s[SUXNA]$|^--script/.test(arg))
    ? watches('Looks for ways into other machines.', 0.5)
    : undefined;
}

function timed({ input, fedBy }: SimpleCommand): Danger | undefined {
  const text = input + fedBy.flatMap((one) => one.args).join(' ');
  return /\b(?:curl|wget|nc|bash -i|base64)\b|\/dev\/tcp\//.test(text)
    ? stays('Has a program from elsewhere run later.', 0.8)
    : undefined;
}

function tunnel(): Danger {
  return {
    rule: 'commands.tunnel',
    weight: 0.55,
    reason: 'Lets others into this machine or network.',
    owasp: 'MCP05:2025',
  };
}

function tool(): Danger {
  return watches('A program for breaking in.', 0.66);
}

function watches(reason: string, weight: number): Danger {
  return { rule: 'commands.watch', weight, reason };
}

function stays(reason: string, weight: number): Danger {
  return { rule: 'commands.persistence', weight, reason };
}

function lost(reason: string, weight: number): Danger {
  return { rule: 'commands.services', weight, reason };
}

function power(reason: string, weight: number): Danger {
  return { rule: 'commands.power', weight, reason, owasp: 'MCP02:2025' };
}
