import { hasOption, operands, type SimpleCommand } from '../../shell/simple-command.ts';
import { targetOf } from '../../shell/target.ts';
import type { CommandRule, Danger } from './danger.ts';

/** Rights, accounts, processes and the machine itself. */
export const powerRules: Readonly<Record<string, CommandRule>> = {
  chmod: mode,
  chown: owner,
  chgrp: owner,
  setfacl: (command) =>
    targetOf(operands(command).at(-1) ?? '') === 'system'
      ? power('Changes who may do what in the system.', 0.6)
      : undefined,
  setcap: () => power('Gives a program rights of the administrator.', 0.7),
  visudo: () => power('Changes who may act as administrator.', 0.72),
  useradd: account,
  adduser: account,
  usermod: account,
  gpasswd: account,
  passwd: (command) =>
    command.args.some((arg) => arg === 'root' || arg === '-d')
      ? power('Changes the password of the administrator, or takes one away.', 0.8)
      : undefined,
  chpasswd: () => power('Changes passwords.', 0.8),
  userdel: (command) =>
    command.args.includes('root') ? power('Removes the administrator.', 0.9) : power('Removes an account.', 0.6),
  deluser: () => power('Removes an account.', 0.6),
  kill: killsAll,
  nsenter: (command) =>
    /(?:^| )(?:-t|--target)[ =]?1(?: |$)/.test(command.args.join(' '))
      ? power('Leaves its container for the machine.', 0.82)
      : undefined,
  killall5: () => power('Ends every process.', 0.85),
  pkill: (command) =>
    hasOption(command, 'u', '--euid') && command.args.includes('root')
      ? power('Ends every process of the administrator.', 0.82)
      : undefined,
  shutdown: (command) =>
    command.args.some((arg) => /^(?:now|\+?0|-[hrPH]+)$/.test(arg)) ? power('Turns the machine off.', 0.72) : undefined,
  halt: () => power('Turns the machine off.', 0.7),
  poweroff: () => power('Turns the machine off.', 0.7),
  reboot: () => power('Starts the machine anew.', 0.62),
  init: (command) => (/^[06]$/.test(command.args[0] ?? '') ? power('Turns the machine off.', 0.72) : undefined),
  telinit: (command) => (/^[06]$/.test(command.args[0] ?? '') ? power('Turns the machine off.', 0.72) : undefined),
  insmod: () => power('Loads code into the kernel.', 0.7),
  modprobe: (command) => (hasOption(command, 'r') ? power('Takes code out of the kernel.', 0.5) : undefined),
};

function mode(command: SimpleCommand): Danger | undefined {
  const [bits = '', ...targets] = command.args.filter((arg) => !/^-(?:R|r|v|f|c|-\w+)+$/.test(arg));
  const recursive = hasOption(command, 'R', '--recursive');
  const open = /^[0-7]?(?:777|666|776|767)$|^(?:a|o|ugo)?\+?(?:=|\+)?rwx$|^(?:a|o|ugo)[+=]rwx?$|^o\+w$|^a\+w$/.test(
    bits,
  );
  const shut = /^0?000$|^[augo]*-(?:rwx|x|r)$/.test(bits);
  const setuid = /^[uo]*\+[rwx]*s|^[4-7][0-7]{3}$/.test(bits);
  const reach = targets.map(targetOf).find((target) => target !== 'work' && target !== 'here');
  if (reach !== undefined && recursive)
    return power('Changes the rights of a large part of the system.', open || shut || reach === 'root' ? 0.9 : 0.75);
  if (setuid)
    return power(
      'Lets whoever starts the program act as its owner.',
      targets.some((file) =>
        /(?:^|\/)(?:bash|sh|dash|zsh|find|vim?|python\d?|perl|cp|nmap|env|awk|less|rootbash)$|^\/(?:tmp|dev\/shm|var\/tmp)\//.test(
          file,
        ),
      )
        ? 0.88
        : 0.55,
    );
  if (reach !== undefined && (open || shut)) return power('Opens or shuts a file of the system for everybody.', 0.84);
  if (!open || !/777/.test(bits)) return undefined;
  const argument = command.args.indexOf(bits);
  return {
    ...power('Lets everybody write and run these files.', recursive ? 0.3 : 0.15),
    safer: { what: 'chmod 755: others may read and run, not write', argument, text: bits.replace('777', '755') },
  };
}

function owner(command: SimpleCommand): Danger | undefined {
  if (!hasOption(command, 'R', '--recursive')) {
    return operands(command)
      .slice(1)
      .some((file) => /^\/etc\/(?:passwd|shadow|sudoers)/.test(file))
      ? power('Gives a file that guards the system to somebody else.', 0.85)
      : undefined;
  }
  const reach = operands(command)
    .slice(1)
    .map(targetOf)
    .find((target) => target === 'root' || target === 'system' || target === 'above');
  if (reach === undefined) return undefined;
  // Below a package's own folder it is the usual repair; the large folders are not.
  const whole = operands(command)
    .slice(1)
    .some(
      (file) =>
        file.split('/').filter(Boolean).length <= 2 && !/^\/(?:usr\/local|opt|srv|var\/www|var\/lib)/.test(file),
    );
  return power('Gives a large part of the system to somebody else.', whole ? 0.85 : 0.3);
}

function account({ name, args }: SimpleCommand): Danger | undefined {
  const joined = args.join(' ');
  if (
    /(?:^|[ ,])(?:sudo|wheel|root|admin|docker)(?:$|[ ,])/.test(joined) ||
    /-o\s+-?u?\s*0|--?u(?:id)?[= ]0/.test(joined)
  )
    return power('Makes an account an administrator.', 0.82);
  return name === 'useradd' || name === 'adduser' ? power('Adds an account.', 0.42) : undefined;
}

function killsAll({ args, fedBy }: SimpleCommand): Danger | undefined {
  if (args.slice(-1)[0] === '-1' && args.length > 1) return power('Ends every process that may be ended.', 0.86);
  if (args.at(-1) === '1' && args.some((arg) => /^-(?:9|kill|sigkill)$/i.test(arg)))
    return power('Ends the first process, and with it the machine.', 0.82);
  return fedBy.some(({ name, args: found }) => name === 'ps' && /^-?(?:aux|ef|A|e|ax)$/.test(found[0] ?? '')) &&
    !fedBy.some(({ name }) => /grep|awk/.test(name))
    ? power('Ends every process.', 0.7)
    : undefined;
}

/** A function that starts itself twice, or a loop that only starts itself. */
export function forkBomb(text: string): boolean {
  if (!/[|(]|fork/i.test(text)) return false;
  return (
    /(\S{1,20})\s*\(\s*\)\s*\{[^{}]{0,40}\1\s*\|\s*\1\s*&[^{}]{0,40}\}/.test(text) ||
    /\bfork\s+while\s+(?:fork|true|1)|while\s{0,8}\(?\s{0,8}(?:true|1)\s{0,8}\)?\s{0,8}[:;{]?\s{0,8}(?:os\.)?fork\(\)/i.test(
      text,
    )
  );
}

function power(reason: string, weight: number): Danger {
  return { rule: 'commands.power', weight, reason, owasp: 'MCP02:2025' };
}
