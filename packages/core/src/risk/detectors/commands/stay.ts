import { hasOption, operands, type SimpleCommand } from '../../shell/simple-command.ts';
import type { CommandRule, Danger } from './danger.ts';

const startFiles =
  /(?:^|\/)\.(?:bashrc|bash_profile|bash_login|profile|zshrc|zshenv|zprofile|zlogin|cshrc|kshrc|config\/fish\/config\.fish|config\/autostart\/|config\/systemd\/user\/|xinitrc|xsession|vimrc|gitconfig|npmrc|pypirc)|^\/etc\/(?:profile|bash\.bashrc|zsh|rc\.local|init\.d\/|systemd\/system\/|cron|ld\.so\.preload|environment|pam\.d\/|sudoers|ssh\/sshd_config|hosts$|inittab|modules|udev\/)|\/library\/launch(?:agents|daemons)\/|^\/var\/spool\/cron/i;
const keyFile = /(?:^|\/)authorized_keys2?$/;
const rightsFile = /^\/etc\/(?:sudoers|passwd|shadow|group|pam\.d\/|ld\.so\.preload)/;

/** Ways to be started again, or to come in again. */
export function staysBehind(command: SimpleCommand): Danger | undefined {
  const { name, writes, args, through } = command;
  const files = [
    ...writes,
    ...(name === 'tee' ? operands(command) : []),
    ...(/^(?:cp|mv|install|ln)$/.test(name) ? operands(command).slice(-1) : []),
    ...(name === 'sed' && hasOption(command, 'i', '--in-place') ? operands(command).slice(1) : []),
  ];
  const elsewhere = through.includes('ssh');
  if (files.some((file) => keyFile.test(file)))
    return stay('Lets the owner of a key sign in to this account.', elsewhere ? 0.3 : 0.82);
  if (files.some((file) => rightsFile.test(file))) return stay('Changes who may act as administrator.', 0.86);
  const file = files.find((one) => startFiles.test(one));
  if (file === undefined) return name === 'crontab' ? crontab(command) : undefined;
  const text = [...args, command.input, ...command.fedBy.flatMap((one) => one.args)].join(' ');
  const runsCode = /\b(?:curl|wget|nc|bash -i|\/dev\/tcp|base64|python -c|eval)\b|\/tmp\//.test(text);
  if (runsCode) return stay('Has a program from elsewhere started at each sign-in or start.', 0.86);
  return stay(
    'Changes what is run at each sign-in or start.',
    /^\/etc\/(?:cron|systemd|init|rc\.local|profile|ssh)|launch|autostart|spool/i.test(file) ? 0.6 : 0.3,
  );
}

function crontab(command: SimpleCommand): Danger | undefined {
  if (hasOption(command, 'r')) return { rule: 'commands.destroy', weight: 0.62, reason: 'Removes all timed jobs.' };
  if (hasOption(command, 'le') || command.args.length === 0) return undefined;
  const text = command.fedBy.flatMap((one) => one.args).join(' ') + command.input;
  return stay(
    'Has a program run again and again.',
    /curl|wget|\bnc\b|\/dev\/tcp|base64|bash -i/.test(text) ? 0.88 : 0.45,
  );
}

/** What would see, hold or tell of an attack. */
export const defenceRules: Readonly<Record<string, CommandRule>> = {
  iptables: firewall,
  ip6tables: firewall,
  nft: (command) => (/flush ruleset/.test(command.args.join(' ')) ? off('the firewall') : undefined),
  ufw: (command) => (/disable|reset/.test(command.args.join(' ')) ? off('the firewall') : undefined),
  pfctl: (command) => (hasOption(command, 'dF') ? off('the firewall') : undefined),
  setenforce: (command) => (/^(?:0|permissive)$/i.test(command.args[0] ?? '') ? off('SELinux') : undefined),
  auditctl: (command) =>
    hasOption(command, 'D') || /-e 0/.test(command.args.join(' ')) ? off('the audit') : undefined,
  'aa-disable': () => off('AppArmor'),
  'aa-teardown': () => off('AppArmor'),
  spctl: (command) => (/--(?:master|global)-disable/.test(command.args.join(' ')) ? off('Gatekeeper') : undefined),
  csrutil: (command) => (command.args[0] === 'disable' ? off('System Integrity Protection') : undefined),
  systemctl: service,
  service,
  sysctl: (command) =>
    /randomize_va_space=0|kptr_restrict=0|core_pattern=\|/.test(command.args.join(' '))
      ? off('a protection of the kernel')
      : undefined,
  history: (command) => (hasOption(command, 'c') ? traces(0.72) : undefined),
  unset: (command) => (command.args.includes('HISTFILE') ? traces(0.82) : undefined),
  export: hidesHistory,
  set: (command) => (command.args.join(' ') === '+o history' ? traces(0.82) : undefined),
  journalctl: (command) =>
    /--vacuum-(?:time|size)=(?:0|1)\w{0,2}$/.test(command.args.join(' ')) ? traces(0.8) : undefined,
  wevtutil: (command) => (/^(?:cl|clear-log)$/i.test(command.args[0] ?? '') ? traces(0.88) : undefined),
};

function hidesHistory({ args }: SimpleCommand): Danger | undefined {
  return args.some((arg) => /^HISTFILE=(?:\/dev\/null)?$|^HIST(?:FILE)?SIZE=0$/.test(arg)) ? traces(0.82) : undefined;
}

/** Removing or emptying what was typed, or logs. */
export function hidesTraces(command: SimpleCommand): Danger | undefined {
  const { name, args, writes } = command;
  const isHistory = (file: string) =>
    /(?:^|\/)\.(?:bash|zsh|sh|python|mysql|psql)_history$|(?:^|\/)\$?histfile$/i.test(file);
  const isLog = (file: string) =>
    /^\/var\/log\/(?:auth|secure|syslog|messages|wtmp|btmp|lastlog|audit|kern|faillog|\*)|^\/var\/log\/?$/.test(file);
  const gone =
    /^(?:rm|shred|truncate|unlink)$/.test(name) ||
    (name === 'ln' && args.includes('/dev/null')) ||
    (name === 'cp' && args[0] === '/dev/null');
  const files = [...(gone ? args : []), ...(['', ':', 'echo', 'cat', 'true'].includes(name) ? writes : [])];
  return files.some((file) => isHistory(file) || isLog(file)) ? traces(0.84) : undefined;
}

function firewall(command: SimpleCommand): Danger | undefined {
  const joined = command.args.join(' ');
  const flushes = hasOption(command, 'F', '--flush') && !/-F\s+[a-z]/.test(joined);
  return flushes || /-P\s+(?:INPUT|OUTPUT|FORWARD)\s+ACCEPT|(?:-A|-I)\s+INPUT\s+-j\s+ACCEPT/.test(joined)
    ? off('the firewall')
    : undefined;
}

const guards =
  /^(?:ufw|firewalld|iptables|nftables|auditd|apparmor|fail2ban|clamav\S*|falcon-sensor|crowdstrike|osqueryd?|wazuh-agent|ossec|rsyslog|syslog(?:-ng)?|sysmon|mdatp|selinux|snort|suricata)(?:\.service)?$/;

function service({ args }: SimpleCommand): Danger | undefined {
  const stops = args.some((arg) => /^(?:stop|disable|mask|kill)$/.test(arg));
  const guard = args.find((arg) => guards.test(arg));
  if (stops && guard) return off(guard.replace('.service', ''));
  return args.some((arg) => /^(?:poweroff|halt|reboot|emergency|rescue)$/.test(arg))
    ? { rule: 'commands.power', weight: 0.65, reason: 'Turns the machine off.', owasp: 'MCP02:2025' }
    : undefined;
}

function off(what: string): Danger {
  return { rule: 'commands.defences', weight: 0.83, reason: `Turns off ${what}.`, owasp: 'MCP08:2025' };
}

function traces(weight: number): Danger {
  return { rule: 'commands.traces', weight, reason: 'Removes the traces of what was done.', owasp: 'MCP08:2025' };
}

function stay(reason: string, weight: number): Danger {
  return { rule: 'commands.persistence', weight, reason };
}
