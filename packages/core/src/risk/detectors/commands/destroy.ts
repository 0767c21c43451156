import { hasOption, operands, type SimpleCommand } from '../../shell/simple-command.ts';
import { type Target, targetNames, targetOf } from '../../shell/target.ts';
import { narrowsFind } from '../../shell/unwrap.ts';
import type { CommandRule, Danger } from './danger.ts';

/** Files and disks that would be gone. */
export const destroyRules: Readonly<Record<string, CommandRule>> = {
  rm: removal,
  unlink: removal,
  rimraf: removal,
  srm: removal,
  trash: removal,
  shred: (command) => overwriting(command, 'overwrites'),
  wipe: (command) => overwriting(command, 'overwrites'),
  truncate: (command) => overwriting(command, 'empties'),
  find: findDelete,
  dd: diskCopy,
  mv: moved,
  cp: copiedOverDisk,
  rsync: mirrored,
  wipefs: (command) => (hasOption(command, 'a', '--all') ? disk('Takes the file systems off a disk.', 0.9) : undefined),
  blkdiscard: () => disk('Discards everything on a disk.', 0.92),
  sgdisk: (command) =>
    hasOption(command, 'Zo', '--zap-all', '--clear') ? disk('Clears the partitions of a disk.', 0.9) : undefined,
  parted: (command) =>
    /\b(?:mklabel|rm|mkpart)\b/.test(command.args.join(' '))
      ? disk('Changes the partitions of a disk.', 0.82)
      : undefined,
  sfdisk: (command) =>
    hasOption(command, '', '--delete', '--wipe') ? disk('Changes the partitions of a disk.', 0.82) : undefined,
  hdparm: (command) =>
    command.args.some((arg) => arg.startsWith('--security-erase') || arg === '--trim-sector-ranges')
      ? disk('Erases a disk.', 0.92)
      : undefined,
  nvme: (command) =>
    command.args[0] === 'format' || command.args[0] === 'sanitize' ? disk('Erases a disk.', 0.92) : undefined,
  diskutil: (command) =>
    /^(?:erase|zero|partition|secureerase|reformat)/i.test(command.args[0] ?? '')
      ? disk('Erases a disk.', 0.9)
      : undefined,
  cryptsetup: (command) =>
    /luks(?:format|erase)|erase/i.test(command.args.join(' '))
      ? disk('Makes the data of a disk unreadable.', 0.88)
      : undefined,
  lvremove: () => disk('Removes a volume.', 0.7),
  vgremove: () => disk('Removes a group of volumes.', 0.75),
  zpool: (command) => (command.args[0] === 'destroy' ? disk('Destroys a storage pool.', 0.88) : undefined),
  zfs: (command) => (command.args[0] === 'destroy' ? disk('Destroys a file system or its snapshots.', 0.8) : undefined),
};

/** `mkfs`, `mkfs.ext4`, `mkswap`: a new file system over what was there. */
export function makesFileSystem({ name, args }: SimpleCommand): Danger | undefined {
  if (!/^(?:mkfs(?:\..+)?|mke2fs|mkswap|newfs)$/.test(name)) return undefined;
  const target = args.find((arg) => arg.startsWith('/dev/'));
  return target ? disk('Formats a disk.', 0.92) : { ...disk('Formats something.', 0.6) };
}

/** `> /dev/sda`, `> /etc/passwd`. */
export function redirectsOver(command: SimpleCommand): Danger | undefined {
  const empties =
    ['', ':', 'true', 'echo', 'cat'].includes(command.name) &&
    command.args.every((arg) => arg === '/dev/null' || arg === '');
  return command.writes.map((file) => writtenOver(file, empties)).find((danger) => danger !== undefined);
}

function writtenOver(file: string, empties: boolean): Danger | undefined {
  if (targetOf(file) === 'disk') return disk('Writes over a disk.', 0.92);
  if (empties && file.startsWith('/var/log')) {
    return { rule: 'commands.traces', weight: 0.82, reason: 'Empties a log of the system.' };
  }
  if (
    /^\/proc\/(?:sysrq-trigger|sys\/kernel\/(?:sysrq|core_pattern|randomize_va_space|modprobe|kptr_restrict|yama))/.test(
      file,
    )
  ) {
    return {
      rule: 'commands.power',
      weight: 0.84,
      reason: 'Speaks to the kernel: stops the machine, or takes a protection away.',
    };
  }
  if (!/^\/(?:etc\/(?:passwd|shadow|sudoers|fstab|hosts$|group)|boot\/)/.test(file)) return undefined;
  const reason = 'Writes over a file without which the system does not start or let people in.';
  return { rule: 'commands.destroy', weight: empties ? 0.9 : 0.82, reason };
}

const removalWeights: Readonly<Record<Target, readonly [recursive: number, single: number]>> = {
  root: [0.98, 0.85],
  home: [0.94, 0.7],
  system: [0.9, 0.6],
  disk: [0.9, 0.85],
  above: [0.85, 0.5],
  here: [0.62, 0.3],
  work: [0.05, 0],
};

function removal(command: SimpleCommand): Danger | undefined {
  const recursive = command.name !== 'rm' || hasOption(command, 'rR', '--recursive', '--no-preserve-root');
  const targets = operands(command);
  if (hasOption(command, '', '--no-preserve-root')) return removes('root', 0.97);
  const target = inFolder(worst(targets, removalWeights, recursive ? 0 : 1), command.folder);
  if (target === 'work' && recursive && targets.some((name) => /(?:^|\/)\.git\/?$/.test(name))) {
    return { rule: 'commands.destroy', weight: 0.42, reason: 'Deletes the history of a repository.' };
  }
  // Asking before each file leaves the choice with a person.
  const weight = removalWeights[target][recursive ? 0 : 1] * (hasOption(command, 'iI', '--interactive') ? 0.5 : 1);
  if (command.through.includes('xargs') && targets.length === 0) return removalOfFound(command, recursive);
  return weight === 0 ? undefined : removes(target, weight);
}

/** `cd / && rm -rf *`: here is there. */
function inFolder(target: Target, folder: string): Target {
  return target === 'here' && folder !== '' ? targetOf(folder) : target;
}

/** `find / … | xargs rm`: the place is in the command that finds. */
function removalOfFound({ fedBy }: SimpleCommand, recursive: boolean): Danger | undefined {
  const finder = fedBy.find(({ name }) => name === 'find');
  if (!finder || narrowsFind(finder.args) || fedBy.some(({ name }) => /grep|awk|sed|head|tail/.test(name)))
    return undefined;
  const target = worst(places(finder), removalWeights, recursive ? 0 : 1);
  return target === 'work' || target === 'here' ? undefined : removes(target, removalWeights[target][0]);
}

function removes(target: Target, weight: number): Danger {
  return { rule: 'commands.destroy', weight, reason: `Deletes ${targetNames[target]}.` };
}

function findDelete(command: SimpleCommand): Danger | undefined {
  if (!command.args.includes('-delete')) return undefined;
  const target = worst(places(command), removalWeights, 0);
  if (target === 'work') return undefined;
  if (narrowsFind(command.args)) return target === 'root' ? removes(target, 0.35) : undefined;
  return removes(target, target === 'here' ? 0.35 : removalWeights[target][0]);
}

function places({ args }: SimpleCommand): string[] {
  const first = args.findIndex((arg) => /^[-(!]/.test(arg) && !/^-[HLPO]/.test(arg));
  return (first === -1 ? args : args.slice(0, first)).filter((arg) => !arg.startsWith('-'));
}

function overwriting(command: SimpleCommand, verb: string): Danger | undefined {
  const target = worst(operands(command), removalWeights, 0);
  if (target === 'disk') return disk(`Command ${verb} a disk.`, 0.92);
  if (target === 'work' || target === 'here') return undefined;
  return {
    rule: 'commands.destroy',
    weight: Math.min(0.9, removalWeights[target][0]),
    reason: `This ${verb} ${targetNames[target]}.`,
  };
}

function diskCopy({ args }: SimpleCommand): Danger | undefined {
  const output = args.find((arg) => arg.startsWith('of='))?.slice(3);
  if (output === undefined) return undefined;
  const target = targetOf(output);
  if (target === 'disk') return disk('Writes over a disk, block by block.', 0.93);
  return target === 'system' && !output.startsWith('/dev/')
    ? { rule: 'commands.destroy', weight: 0.82, reason: 'Writes over a file of the system.' }
    : undefined;
}

function moved(command: SimpleCommand): Danger | undefined {
  const names = operands(command);
  if (names.at(-1) === '/dev/null' && names.length > 1) {
    const target = worst(names.slice(0, -1), removalWeights, 0);
    return {
      rule: 'commands.destroy',
      weight: target === 'work' ? 0.5 : 0.9,
      reason: 'Moves files where nothing is kept.',
    };
  }
  const target = worst(names.slice(0, -1), removalWeights, 0);
  return target === 'root' || (target === 'system' && /^\/(?:etc|usr|bin|lib|boot|var)\/?\*?$/.test(names[0] ?? ''))
    ? removes(target, 0.85)
    : undefined;
}

function copiedOverDisk(command: SimpleCommand): Danger | undefined {
  return targetOf(operands(command).at(-1) ?? '') === 'disk' ? disk('Writes over a disk.', 0.9) : undefined;
}

/** `rsync --delete EMPTY/ TARGET/` is a way to delete. */
function mirrored(command: SimpleCommand): Danger | undefined {
  if (!command.args.some((arg) => arg.startsWith('--delete'))) return undefined;
  const target = targetOf(operands(command).at(-1) ?? '');
  return target === 'root' || target === 'home' || target === 'system' ? removes(target, 0.7) : undefined;
}

function disk(reason: string, weight: number): Danger {
  return { rule: 'commands.destroy', weight, reason };
}

function worst(targets: readonly string[], weights: typeof removalWeights, column: 0 | 1): Target {
  const kinds = targets.map(targetOf);
  return kinds.sort((a, b) => weights[b][column] - weights[a][column])[0] ?? 'work';
}
