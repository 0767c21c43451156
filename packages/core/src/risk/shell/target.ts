import { pathText } from '../paths/path-text.ts';

/** What an action on files would hit. */
export type Target = 'root' | 'home' | 'system' | 'disk' | 'above' | 'here' | 'work';

const disk =
  /^dev\/(?:sd[a-z]|hd[a-z]|nvme\d|vd[a-z]|xvd[a-z]|mmcblk\d|disk\d|rdisk\d|mapper\/|dm-\d|md\d|loop\d|mem$|kmem$)|^\/\/\.\/physicaldrive|^\.\/physicaldrive/;
const systemWhole =
  /^(?:etc|usr|var|bin|sbin|lib|lib32|lib64|boot|opt|srv|sys|proc|dev|run|mnt|media|home|users|system|library|applications|private|c:|d:|[a-z]:)(?:\/\*+)?$/;
const systemWithin =
  /^(?:(?:private\/)?etc|bin|sbin|lib|lib64|boot|sys|proc|usr\/(?:bin|sbin|lib|lib64|share|include|local)$|usr\/(?:bin|sbin|lib|lib64)|var\/(?:lib|log|spool|www|mail|db|run)(?:\/\*)?$|var\/lib\/(?:dpkg|rpm|apt|docker|mysql|postgresql|pgsql|kubelet|etcd)|system|library|c:\/(?:windows|winnt|program files|programdata|users|boot))(?:\/|$)/;
const homeWhole =
  /^~(?:\/\*+|\/\.\*|\/\.\[.*|\/(?:documents|desktop|pictures|downloads|music|videos|movies|library|\.ssh|\.gnupg|\.aws|\.config|\.kube|\.local|\.mozilla|appdata|onedrive|dropbox)(?:\/\*+)?)?$/;

/** The shell's own ways to say "here". */
const here =
  /^(?:\*|\.|\.\/|\.\/\*|\*\.\*|\.\*|\.\/\.\*|\{,\.\}\*|\$pwd\/?\*?|\$\{pwd\}\/?\*?|\$\(pwd\)\/?\*?|"?\$\(pwd\)"?|`pwd`\/?\*?)$/;

export function targetOf(text: string): Target {
  const trimmed = text.trim().toLowerCase();
  if (here.test(trimmed)) return 'here';
  const { path, absolute, climbs } = pathText(trimmed);
  if (absolute) return absoluteTarget(path);
  if (climbs === 0) return disk.test(path) && path.includes('physicaldrive') ? 'disk' : 'work';
  if (/^(?:\*|\.\*)?$/.test(path)) return 'above';
  return climbs > 2 && systemPath(path) ? 'system' : 'work';
}

function absoluteTarget(path: string): Target {
  if (disk.test(path)) return 'disk';
  if (/^(?:\*{0,2}|\.\*|\?\*|\{.*\}|[a-z]:\/?\*?(?:\.\*)?)$/.test(path)) return 'root';
  if (homeWhole.test(path) || /^(?:home|users)(?:\/\*)?$/.test(path)) return 'home';
  return systemPath(path) ? 'system' : 'work';
}

function systemPath(path: string): boolean {
  return systemWhole.test(path) || systemWithin.test(path);
}

/** How a person would call it. */
export const targetNames: Readonly<Record<Target, string>> = {
  root: 'the whole file system',
  home: "a person's home folder",
  system: 'a folder of the system',
  disk: 'a disk',
  above: 'folders above the current one',
  here: 'all of the current folder',
  work: 'files',
};
