import type { Danger } from './danger.ts';

type Row = readonly [pattern: RegExp, weight: number, rule: string, reason: string];

/**
 * Rules for what is no POSIX shell (PowerShell, cmd, code given to an interpreter) and for texts that cannot be parsed.
 * Each pattern is linear: bounded gaps, no nested repetition.
 */
const rows: readonly Row[] = [
  [
    /\bexec\s*\(\s*(?:urllib|requests|__import__|base64|compile|zlib|codecs|bytes\.fromhex)[^\n]{0,200}|\beval\s*\(\s*(?:atob|buffer\.from|await fetch|requests?\.get|urllib|base64)/i,
    0.86,
    'commands.remote-code',
    'Runs a program from the network, or hidden in an encoding.',
  ],
  [/\/inet\/(?:tcp|udp)\/\d/i, 0.9, 'commands.reverse-shell', 'Gives a shell on this machine to somebody elsewhere.'],
  [
    /--checkpoint-action=exec|-c\s+['"]?:!\/?\w{0,8}\/?(?:ba|z)?sh\b|\bld_preload=\/(?:tmp|dev\/shm|var\/tmp)/i,
    0.82,
    'commands.remote-code',
    'Has a harmless program start a shell, or carry foreign code.',
  ],
  [
    /\bremove-item\b(?=[^|\n]{0,200}-recurse)[^|\n]{0,200}?["' ](?:[a-z]:\\?(?:["' *]|$)|[a-z]:\\(?:windows|users|program files)\b|\/["' *]|~|\$env:(?:userprofile|systemroot|windir|systemdrive|homedrive)|\$home\b)/i,
    0.92,
    'commands.destroy',
    'Deletes a home folder or the system.',
  ],
  [
    /\b(?:ri|rm|del|erase|rmdir|rd)\b[^|\n]{0,40}\s(?:-recurse|-r\b|-force|\/s)[^|\n]{0,60}(?:[a-z]:\\(?:\s|\*|"|$)|[a-z]:\\(?:windows|users|program files)|%systemroot%|%userprofile%|%systemdrive%|\$env:(?:userprofile|systemroot|systemdrive))/i,
    0.92,
    'commands.destroy',
    'Deletes a home folder or the system.',
  ],
  [
    /\b(?:del|erase|rd|rmdir)\b[^|\n]{0,40}(?:[a-z]:\\(?:\s|\*|"|$)|[a-z]:\\(?:windows|users)\b|%systemroot%|%userprofile%|%systemdrive%)[^|\n]{0,60}\/[sq]\b/i,
    0.9,
    'commands.destroy',
    'Deletes a home folder or the system.',
  ],
  [
    /\bformat(?:\.com)?\s+[a-z]:(?:\s|$)|\bformat-volume\b|\bclear-disk\b|\binitialize-disk\b|\bdiskpart\b[^\n]{0,80}\bclean\b|\bcipher\s+\/w:/i,
    0.9,
    'commands.destroy',
    'Formats or wipes a disk.',
  ],
  [
    /\bvssadmin(?:\.exe)?\s+delete\s+shadows|\bwmic\s+shadowcopy\s+delete|\bwbadmin\s+delete\b|\bbcdedit\b[^\n]{0,60}recoveryenabled\s+no/i,
    0.93,
    'commands.destroy',
    'Deletes what files could be restored from.',
  ],
  [
    /\breg(?:\.exe)?\s+delete\s+"?hk(?:lm|ey_local_machine|cr|ey_classes_root)\b/i,
    0.84,
    'commands.destroy',
    'Deletes settings of Windows.',
  ],
  [
    /\breg(?:\.exe)?\s+(?:add|save)\s+"?hk(?:lm|cu)[^\n]{0,120}(?:currentversion\\run|\\sam\b|\\system\b|\\security\b|image file execution|disableantispyware|enablelua)/i,
    0.84,
    'commands.persistence',
    'Has a program started at each sign-in, or weakens Windows.',
  ],
  [
    /\b(?:iex|invoke-expression)\b[^\n]{0,160}(?:download(?:string|data|file)|invoke-webrequest|invoke-restmethod|\biwr\b|\birm\b|net\.webclient|frombase64string)|(?:download(?:string|data)|invoke-webrequest|invoke-restmethod|\biwr\b|\birm\b)[^\n]{0,200}\|\s*(?:iex|invoke-expression)\b/i,
    0.9,
    'commands.remote-code',
    'Runs a program from the network that nobody has read.',
  ],
  [
    /\b(?:powershell|pwsh)(?:\.exe)?\b[^\n]{0,120}\s-e(?:nc|ncodedcommand|c)?\s+[a-z0-9+/=]{20}/i,
    0.86,
    'commands.remote-code',
    'Runs a program that was hidden in an encoding.',
  ],
  [
    /\b(?:certutil(?:\.exe)?\b[^\n]{0,60}-urlcache|bitsadmin(?:\.exe)?\b[^\n]{0,60}\/transfer|mshta(?:\.exe)?\s+(?:https?:|javascript:|vbscript:)|regsvr32(?:\.exe)?\b[^\n]{0,60}\/i:https?:|rundll32(?:\.exe)?\s+javascript:)/i,
    0.88,
    'commands.remote-code',
    'Fetches and runs a program by way of one of the system.',
  ],
  [
    /\bset-mppreference\b[^\n]{0,80}-disable|\badd-mppreference\b[^\n]{0,60}-exclusion|\b(?:stop-service|sc(?:\.exe)?\s+(?:stop|delete|config))\s+"?(?:windefend|mpssvc|wscsvc|sense|eventlog)|\bnetsh\b[^\n]{0,60}(?:firewall|advfirewall)[^\n]{0,60}(?:off|disable)|\bset-netfirewallprofile\b[^\n]{0,80}-enabled\s+(?:false|\$false)/i,
    0.86,
    'commands.defences',
    'Turns off a protection of Windows.',
  ],
  [
    /\bwevtutil(?:\.exe)?\s+(?:cl|clear-log)\b|\bclear-eventlog\b|\bremove-eventlog\b|\bclear-history\b|\bfsutil\s+usn\s+deletejournal/i,
    0.86,
    'commands.traces',
    'Removes the traces of what was done.',
  ],
  [
    /\bnet(?:\.exe)?\s+(?:localgroup\s+administrators\s+\S+\s+\/add|user\s+\S+\s+\S+\s+\/add)|\badd-localgroupmember\b[^\n]{0,80}administrators/i,
    0.84,
    'commands.power',
    'Makes an account, or an administrator.',
  ],
  [
    /\bschtasks(?:\.exe)?\s+\/create\b|\bregister-scheduledtask\b|\bnew-service\b[^\n]{0,80}-binarypathname|\bsc(?:\.exe)?\s+create\b/i,
    0.6,
    'commands.persistence',
    'Has a program run again and again.',
  ],
  [
    /\b(?:mimikatz|sekurlsa::|lsadump::|invoke-mimikatz|procdump(?:64)?(?:\.exe)?\b[^\n]{0,40}lsass|comsvcs\.dll[^\n]{0,20}minidump|secretsdump(?:\.py)?|linpeas|hashdump)\b/i,
    0.93,
    'commands.secrets',
    'Takes passwords from the memory of the machine.',
  ],
  [
    /\bset-executionpolicy\s+(?:-\w+\s+)*(?:unrestricted|bypass)/i,
    0.5,
    'commands.defences',
    'Lets unsigned programs run.',
  ],
  [
    /\bstop-computer\b|\brestart-computer\b|\bshutdown(?:\.exe)?\s+\/[srpf]\b/i,
    0.66,
    'commands.power',
    'Turns the machine off.',
  ],
  [
    /(?:shutil\.rmtree|os\.removedirs|\brm(?:dir)?sync|fs\.rm(?:dir)?|rimraf(?:\.sync)?|fileutils\.rm_rf|rmtree|deltree)\s*\(\s*(?:path\()?["'`](?:\/|~|\/\*|~\/|\/(?:home|etc|usr|var|root|bin|boot|users)\b[^"'`]{0,20}|[a-z]:[\\/]+(?:windows|users)?)["'`]|(?:rmtree|rm_rf|rmsync)\s*\(\s*(?:os\.path\.expanduser\(\s*["']~|path\.home\(\)|os\.homedir\(\)|os\.environ\[.home)/i,
    0.92,
    'commands.destroy',
    'Deletes a home folder or the system.',
  ],
  [
    /(?:os\.(?:system|popen)|subprocess\.(?:run|call|popen|check_output|getoutput)|child_process|execsync|exec|system|shell_exec|passthru|popen)\s{0,8}\(\s{0,8}\[?\s{0,8}["'`][^"'`\n]{0,120}(?:rm\s+-\w*r\w*f?\s+(?:\/|~|\$home)(?:["'`\s*]|$)|mkfs|curl[^"'`\n]{0,120}\|\s*(?:ba)?sh|\/dev\/tcp\/|nc\s+-e)/i,
    0.9,
    'commands.remote-code',
    'Starts a dangerous shell command out of a program.',
  ],
  [
    /\b(?:import\s+)?socket\b[^\n]{0,300}\bconnect\b[^\n]{0,300}(?:dup2|pty\.spawn|\/bin\/(?:ba)?sh|subprocess)/i,
    0.92,
    'commands.reverse-shell',
    'Gives a shell on this machine to somebody elsewhere.',
  ],
  [
    /new-object\s+(?:system\.)?net\.sockets\.tcpclient/i,
    0.88,
    'commands.reverse-shell',
    'Gives a shell on this machine to somebody elsewhere.',
  ],
];

/** More of Windows, where a word does not say enough. */
const windowsRows: readonly Row[] = [
  [
    /\b(?:get-childitem|gci|dir|ls)\b[^|\n]{0,40}\s["']?(?:[a-z]:\\?(?:users|windows)?["'\s\\]|~|\$home|\$env:userprofile)[^|\n]{0,80}\|[^|\n]{0,120}\b(?:remove-item|del|ri|rm)\b/i,
    0.88,
    'commands.destroy',
    'Deletes a home folder or the system.',
  ],
  [
    /\b(?:takeown|icacls|cacls)(?:\.exe)?\b[^\n]{0,40}["']?[a-z]:\\(?:windows|users|program files)?[\s"'\\]?/i,
    0.7,
    'commands.power',
    'Changes the rights of a large part of the system.',
  ],
  [
    /\.download(?:file|string|data)(?:async)?\s{0,4}\(\s{0,4}["']https?:|\bstart-bitstransfer\b[^\n]{0,120}https?:|\b(?:invoke-webrequest|iwr|curl|wget)\b[^\n;|]{0,300}-outfile\s{1,4}\S{1,200}\.(?:exe|dll|ps1|bat|cmd|msi|vbs|scr|hta)\b/i,
    0.66,
    'commands.remote-code',
    'Fetches a program.',
  ],
  [
    /\b(?:downloadfile|invoke-webrequest|iwr|bitstransfer|certutil)\b[^\n]{0,400}\bstart-process\b/i,
    0.84,
    'commands.remote-code',
    'Fetches a program and runs it at once.',
  ],
  [
    /\bbcdedit(?:\.exe)?\b[^\n]{0,20}\/(?:set|delete|import)\b/i,
    0.74,
    'commands.defences',
    'Changes how the machine starts.',
  ],
  [/\bdiskpart(?:\.exe)?\s+\/s\b/i, 0.7, 'commands.destroy', 'Changes disks by a script.'],
  [/\bwmic\b[^\n]{0,80}\bprocess\s+call\s+create\b/i, 0.74, 'commands.remote-code', 'Starts a program out of sight.'],
  [
    /\bsc(?:\.exe)?\s+(?:stop|delete)\s+"?(?:windefend|mpssvc|wscsvc|sense|eventlog|wuauserv)\b/i,
    0.86,
    'commands.defences',
    'Turns off a protection of Windows.',
  ],
];

/** One of these stands in every text that `windowsRows` can match. */
const windowsWords =
  /get-childitem|gci|\bdir\b|\bls\b[^\n]{0,200}remove-item|takeown|cacls|\.download|bitstransfer|-outfile|start-process|bcdedit|diskpart|wmic|windefend|mpssvc|wscsvc|eventlog|wuauserv|\bsense\b/i;

/** For texts that the shell parser could not read to the end: what it may have missed. */
const shellRows: readonly Row[] = [
  [
    /\brm\s+(?:-[\w-]+\s+){0,4}-?\w{0,10}(?:r|R)\w{0,10}\s+(?:-[\w-]+\s+){0,4}["']?(?:\/|~|\$home|\$\{home\}|\/\*|~\/\*?|\/(?:etc|usr|var|home|boot|bin|root|lib)\/?\*?)["']?(?:\s|;|&|\||\)|`|$)/i,
    0.92,
    'commands.destroy',
    'Deletes a home folder or the system.',
  ],
  [
    /\b(?:curl|wget)\b[^|;\n]{0,300}\|\s*(?:sudo\s+)?(?:\/(?:usr\/)?bin\/)?(?:ba|z|da|k)?sh\b/i,
    0.86,
    'commands.remote-code',
    'Runs a program from the network that nobody has read.',
  ],
  [
    /\bbase64\s+(?:-d|-D|--decode)[^|;\n]{0,60}\|\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b/i,
    0.86,
    'commands.remote-code',
    'Runs a program that was hidden in an encoding.',
  ],
  [
    /\/dev\/(?:tcp|udp)\/[\w.$-]{1,80}\/\d{1,5}/i,
    0.88,
    'commands.reverse-shell',
    'Gives a shell on this machine to somebody elsewhere.',
  ],
  [
    /\bn(?:et)?c(?:at)?\b[^|;\n]{0,80}\s-\w*[ec]\w*\s+(?:\/bin\/)?(?:ba)?sh\b/i,
    0.92,
    'commands.reverse-shell',
    'Gives a shell on this machine to somebody elsewhere.',
  ],
  [
    /\bmkfs(?:\.\w+)?\s+(?:-\S+\s+){0,6}\/dev\/\w|\bdd\b[^|;\n]{0,120}\bof=\/dev\/(?:sd|hd|nvme|vd|xvd|disk)|>\s*\/dev\/(?:sd|hd|nvme|vd|xvd|disk)\w/i,
    0.92,
    'commands.destroy',
    'Writes over a disk.',
  ],
  [
    /\bchmod\s+(?:-\w{1,20}\s+){0,3}-\w{0,10}r\w{0,10}\s+(?:-\w{1,20}\s+){0,3}[0-7a-z+=]+\s+\/(?:\s|;|&|$)/i,
    0.9,
    'commands.power',
    'Changes the rights of the whole system.',
  ],
  [
    /\b(?:cat|tar|base64)\b[^;\n]{0,80}(?:\.ssh\/id_|\/etc\/shadow|\.aws\/credentials)[^;\n]{0,120}\|[^;\n]{0,80}\b(?:curl|wget|nc|ncat)\b/i,
    0.93,
    'commands.exfiltration',
    'Sends keys or passwords over the network.',
  ],
];

/** One of these stands in every text that a rule of `rows` can match: most texts end here. */
const rowWords =
  /inet\/|eval|checkpoint-action|-c\s+['"]?:!|ld_preload|remove-item|recurse|format|disk|cipher|shadow|wbadmin|bcdedit|\breg\b|reg\.exe|\b(?:rd|ri|rm|del|erase|rmdir)\b[^\n]{0,200}[\\$%]|iex|invoke|iwr|irm|powershell|pwsh|certutil|bitsadmin|mshta|regsvr|rundll|mppreference|stop-service|\bsc\b|sc\.exe|netsh|firewall|wevtutil|clear-|fsutil|remove-eventlog|\bnet\b|net\.exe|localgroup|schtasks|scheduledtask|new-service|mimikatz|lsa|lsass|comsvcs|secretsdump|linpeas|hashdump|sekurlsa|executionpolicy|computer|shutdown|rm(?:sync|dir|tree|_rf)|deltree|rimraf|fs\.rm|system|popen|subprocess|child_process|exec|passthru|socket|net\.sockets/i;

export interface TokenDanger extends Danger {
  readonly start: number;
  readonly end: number;
}

/** @param unparsed True where no parser has read the text: the rules for shell then look too. */
export function dangersInTokens(text: string, unparsed: boolean): TokenDanger[] {
  const asked = [
    ...(rowWords.test(text) ? rows : []),
    ...(windowsWords.test(text) ? windowsRows : []),
    ...(unparsed ? shellRows : []),
  ];
  return asked.flatMap(([pattern, weight, rule, reason]) => {
    const match = pattern.exec(text);
    return match && !isSearchedFor(text, match.index)
      ? [{ rule, weight, reason, start: match.index, end: match.index + match[0].length }]
      : [];
  });
}

/** `grep "eval(base64_decode"` looks for what it names, as those do who clean up. */
function isSearchedFor(text: string, at: number): boolean {
  return /\b(?:grep|egrep|fgrep|rg|ack|ag|sed)\s[^|;&\n]{0,200}$/.test(text.slice(Math.max(0, at - 210), at));
}
