import { type Signal, type SignalRow, signalsOf } from './signal.ts';

const rule = 'payload.command';

/** Programs that no sentence names by chance. */
const programs = new Set(
  'ip lastlog aptitude zstdcat bsdtar whoami uname wget curl ncat nc netcat nslookup bash zsh ksh csh dash tcsh fish perl php ruby ifconfig ipconfig netstat chmod chown chgrp chattr printenv telnet ssh scp sftp rsync powershell pwsh tasklist taskkill systeminfo hostname awk gawk nawk mawk sed crontab sudo htop gcc xxd base64 base32 mkfs iptables tcpdump nmap traceroute tracert arp dmesg lsof lsblk lscpu lspci lsmod mkdir rmdir mkfifo ln fdisk useradd userdel usermod passwd adduser groupadd busybox socat python python2 python3 node npm npx java javac lua tclsh gdb strace ltrace dpkg rpm yum dnf apt apt-get brew docker kubectl systemctl journalctl wmic reg schtasks bitsadmin certutil regsvr32 rundll32 mshta cscript wscript vssadmin bcdedit bcdboot attrib icacls cacls takeown netsh nltest dsquery msiexec iwr iex irm getent xargs egrep fgrep zgrep zcat bzcat xzcat gunzip bzip2 xz unzip uuencode openssl gpg md5sum sha1sum sha256sum killall pkill pgrep setsid nohup chroot insmod modprobe mysql psql sqlite3 mysqldump mongo redis-cli svn git hg ping6 dig lynx w3m links aria2c ftp tftp lftp vim nano emacs printf eval ldd readelf objdump strings ps ls cd cp mv rm dd df du pwd id lp tr wc od nl jq sh su vi ed'.split(
    ' ',
  ),
);
/** Programs whose names are words too: what stands behind them has to look like arguments. */
const wordlike = new Set(
  'cat find time sleep set sort who less more head tail date kill echo make dir env host ping top last history type tee touch grep tar zip watch test split cut join paste at batch mail wall write look file which whereis locate users uptime free mount umount stat tree yes rev fold expand column shutdown reboot halt init service start stop net cmd copy move del erase format fc ren vol ver path call start title export alias source exec read trap wait jobs fg bg login logout w go cc as ar nm ld script screen tmux man info apropos finger talk dash command builtin nice timeout truncate shred link unlink install c99 gem pip pip3 cargo composer bundle cpan rake ant snap flatpak pacman zypper'.split(
    ' ',
  ),
);

const commandAt =
  /(^|[;|&\n\r`]|\$\(|[<>]\(|\{\s?|\()\s{0,4}(?:"|')?(\/?(?:[\w.?*[\]-]{1,20}\/){0,5})([a-z][\w.+-]{0,20})(?:\.exe)?(?=$|[^\w.+-])([^;|&\n`]{0,80})/gi;
const commandsMax = 40;

/** A command behind a sign that ends another, or in the place of the whole value. */
function started(text: string, wasHidden = false): number {
  const weights = [...text.matchAll(commandAt)].slice(0, commandsMax).map((match) => {
    const [, sign = '', folder = '', written = '', rest = ''] = match;
    const known = kindOf(folder, written.toLowerCase(), rest);
    return known ? weightOf(wasHidden && sign === '' ? ';' : sign, known === 'sure', rest) : 0;
  });
  return Math.max(0, ...weights);
}

function kindOf(folder: string, name: string, rest: string): 'sure' | 'word' | undefined {
  // A call of a function, or a parameter of a form, has the name of a program now and then.
  if (/^[(=@:]/.test(rest) || (folder !== '' && !/bin\/$|\*|\?/.test(folder))) return undefined;
  if (programs.has(name) || programs.has(name.replace(/\d[\d.]*$/, '')) || /(?:^|\/)s?bin\/$/.test(folder))
    return 'sure';
  return wordlike.has(name) ? 'word' : undefined;
}

/** Options, paths, addresses, quotes, variables, redirections: what programs are given and words are not. */
const argument =
  /^\s{0,4}(?:-{1,2}\w|\/[\w.?*]|[a-z]:\\|\.{1,2}\/|~\/|[<>$"'`)}\]]|\d{1,3}(?:\.\d{1,3}){3}|https?:|\S{0,40}[@:=\\*]|[\w-]{1,30}\.\w{1,4}(?:\s|$)|\d{1,5}\s{0,3}(?:$|\D))/i;

function weightOf(sign: string, sure: boolean, rest: string): number {
  const given = argument.test(rest);
  if (sign === '') return asWhole(sure, given, rest);
  if (sign === '(') return 0;
  const alone = /^\s{0,4}['")}\]]{0,3}$/.test(rest);
  if (sign.startsWith('{')) return sure && (alone || given || rest.startsWith(',')) ? 0.72 : 0;
  if (sure) return alone || given ? 0.84 : 0.3;
  if (given) return 0.8;
  return alone ? 0.6 : 0;
}

/** A value that begins with the name of a program: many sentences do too. */
function asWhole(sure: boolean, given: boolean, rest: string): number {
  if (!given || !/^\s/.test(rest)) return 0;
  if (sure) return 0.72;
  return /^\s{0,4}(?:-{1,2}\w|\/\w|\.\/)/.test(rest) ? 0.62 : 0;
}

/** A name as a shell reads it: empty quotes, escapes, empty variables and substitutions taken out. */
function asShellReads(text: string): string {
  return text
    .replaceAll(/(?<=[a-z][$!?@*_-]{0,3})\+(?=\/)/gi, ' ')
    .replaceAll(/\$\{?IFS\}?(?:\$\d)?|\$IFS\$9/g, ' ')
    .replaceAll(
      /(?<=\w)(?:''|""|``|\$\(\)|[<>]\(\)|\$[@*!_?#$-]|\$\{\w{0,20}(?:[:%#/][^}]{0,30})?\}|\$[a-z](?=\W|$))(?=[\w/ ?*])/gi,
      '',
    )
    .replaceAll(/(?<![\w:\\])\\(?=[a-z])|(?<=[a-z])\\{1,2}(?:\r?\n)?(?=[a-z])/g, '')
    .replaceAll(/(?<=[a-z])\^(?=[a-z])/gi, '')
    .replaceAll(/(?<=\w)'(\w{1,20})'|(?<=[;|&\s]|^)\$?'(\w{1,20})'(?=\w|\s|,|$)/g, '$1$2')
    .replaceAll(/(?<=^|[;|&\s])"(\w{1,20})"(?=\w)|(?<=\w)"(\w{1,20})"/g, '$1$2')
    .replaceAll(
      /(\w{0,20})\{([^{}\s]{0,100},[^{}\s]{0,100})\}(\w{0,20})/g,
      (_, before: string, list: string, after: string) => expanded(before, list, after),
    );
}

/** `c{at,ut}` is two words, and so is `{cat,file}`. */
function expanded(before: string, list: string, after: string): string {
  const parts = list.replaceAll(/[$"']/g, '').split(',');
  return parts
    .map((part) => before + part + after)
    .filter(Boolean)
    .join(' ');
}

const driveOrShare = /^\s{0,4}(?:[a-z]:)?\\|\w:\\/i;

const rows: readonly SignalRow[] = [
  [
    /\$\((?:[a-z/]|\()|\$\{?ifs\b|\w\$[@*]\w|\/\?{2,}\/|<\([a-z]|<<<\s{0,4}['"]|\/[?*[\]a-z]{0,6}[?*]{1,4}[a-z?*]{0,6}\/[a-z?*]{0,8}[?*]|\/s?bin\/[\w-]{0,12}[?*[]|\/et[c?*]{1,2}\/[\w?*]{0,10}[?*]|\b[a-z_]\w{0,10}=[^\s&;]{1,30}(?:;|&&)[^\n]{0,100}\$\{?[a-z_]/i,
    0.78,
    'payload.evasion',
    'A command within a value, or one written so that it is not seen.',
  ],
  [/`\s{0,4}[a-z][\w/.-]{1,40}(?:\s[^`\n]{0,100})?`/i, 0.62, rule, 'A command within a value.'],
  [
    /(?:^|[\s'"=;|&(\n/])(?:\/?(?:usr\/)?(?:local\/)?s?bin\/|system32\\)[a-z][\w.-]{1,30}/i,
    0.66,
    'payload.program',
    'Names a program of the system.',
  ],
  [
    /(?:^|\s|=)(?:cat|less|more|head|tail|type|wget|curl)\s{1,8}(?:-\S{1,20}\s{1,4}){0,4}(?:\/(?:etc|proc|root|home|var|tmp)|https?:|c:\\)/i,
    0.8,
    rule,
    'A command in the place of a value.',
  ],
  [
    /^\s{0,8}[&|]{0,2}\s{0,4}for\s{1,20}(?:\/[dflr]\s{1,20}){0,4}[^\n]{0,60}%{1,2}\S{1,20}\s{1,20}in\s{0,4}\([^)\n]{0,100}\)\s{0,8}do\b|\bfor\s{1,4}%\w\s{1,4}in\s{0,4}\(|^\s{0,8}[&|]{0,2}\s{0,4}if\s{1,20}(?:\/i\s{1,20})?(?:not\s{1,20})?(?:exist\s|defined\s|errorlevel\s|cmdextversion\s|\(?["'%[\w][^\n]{0,60}(?:==|\s(?:equ|neq|lss|leq|gtr|geq)\s))[^\n]{1,200}/i,
    0.74,
    rule,
    'A batch command in the place of a value.',
  ],
  [/\(\)\s{0,4}\{\s{0,4}:?;?\s{0,4}\}?\s{0,4};/, 0.9, rule, 'A function that old shells run on sight.'],
  [
    /(?:^|[\s;|&"'=(])(?:(?:invoke|start|new|get|set|remove|add|import|export|enable|disable|clear|write|out|convertto|convertfrom|stop|restart|test|select|where|foreach|register|copy|move|rename|find|install|update|resolve|join|split|enter|exit|receive|send|wait|unblock|compress|expand)-(?:expression|webrequest|restmethod|command|item\w{0,10}|process|service\w{0,10}|object|content|location|childitem|history|acl|alias|variable|module|eventlog|wmi\w{2,12}|cim\w{2,12}|net\w{2,20}|host|computer\w{0,10}|job|script\w{0,8}|execution\w{2,8}|credential|mppreference|localuser|localgroup\w{0,8}|scheduled\w{2,12}|psdrive|pssession|date|random|csv|file|string|securestring|archive|path|help|member|event|package|user\w{0,10}|ad\w{3,12}|clipboard|printer|volume|disk|partition|culture|hotfix|type\w{0,6}|unique|verb|winevent))\b/i,
    0.76,
    rule,
    'A command of PowerShell in the place of a value.',
  ],
  [
    /\b(?:iwr|iex|irm)\s{1,4}(?:\S{1,20}\s{1,4}){0,3}(?:https?:|\$|\()/i,
    0.84,
    rule,
    'A command of PowerShell in the place of a value.',
  ],
  [
    /\bbusybox\s{1,4}\S|\$\{?SHELL\}?\s{1,4}-c|\|\s{0,4}(?:ba|z|k|da|c)?sh\b|[<>]\s{0,2}\/dev\/(?:tcp|null|shm)|\b2>&1\b|\w\s{0,2}>{1,2}\s{0,2}\/(?:tmp|var|dev)\//i,
    0.72,
    rule,
    'A command in the place of a value.',
  ],
];

/** Commands, in any of the ways that end up in a shell. */
export function commandsIn(text: string): Signal[] {
  const found = signalsOf(rows, text);
  const plain = started(text);
  if (plain > 0) found.push({ weight: plain, rule, reason: 'Starts a command behind, or in the place of, a value.' });
  const read = driveOrShare.test(text) ? text : asShellReads(text);
  const hidden = read === text ? 0 : started(read, true);
  if (hidden > plain || (hidden > 0 && read.replaceAll(/\s/g, '') !== text.replaceAll(/\s/g, '')))
    found.push({
      weight: Math.max(0.8, hidden),
      rule: 'payload.evasion',
      reason: 'A command that is written so that it is not seen.',
    });
  return found;
}
