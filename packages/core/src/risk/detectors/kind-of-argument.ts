import type { Passage } from '../passage.ts';

export type ArgumentKind = 'shell' | 'sql' | 'path' | 'url' | 'code' | 'prose' | 'value';

const shellKey = /^(?:cmd|commands?|command_?line|shell|bash|script|sh|exec|terminal|run|cli)$/i;
const shellTool =
  /(?:^|[_.-])(?:bash|sh|shell|terminal|exec|execute|run|command|cmd|powershell|ssh|console|process)(?:$|[_.-])|(?:run|exec|execute)_?(?:command|shell|script|cmd|code)/i;
const shellWord = /bash|shell|terminal|ssh|command|cmd|console/i;
const sqlKey = /^(?:sql|query|statement|sql_?query|stmt|raw_?query|queries)$/i;
const sqlTool = /sql|quer(?:y|ies)|database|postgres|sqlite|mysql|\bdb\b|bigquery|snowflake|duckdb/i;
const sqlText =
  /^\s*(?:\/\*[^*]{0,200}\*\/\s*|--[^\n]{0,200}\n\s*)?(?:select|insert|update|delete|drop|truncate|alter|create|grant|revoke|with|merge|replace|exec|execute|call|copy|pragma|attach|load|vacuum|begin|explain|show|set|use|rename|do|declare)\b/i;
/** More than a first word, which a sentence may have too. */
const sqlStatement =
  /^\s*(?:select\b[^;]{0,400}\bfrom|insert\s+into|update\s+\S{1,80}\s+set|delete\s+from|drop\s+(?:table|database|schema|user|view|index|role)|truncate\s+table|alter\s+(?:table|user|role|system|login)|grant\s+[\w ,*]{1,80}\s+(?:on|to)|create\s+(?:table|user|role|function|login|or\s+replace|database|extension)|copy\s+(?:into\s|\S{1,80}\s+(?:from|to)\s)|select\s+\w{1,40}\s*\(\s*['"]|delete\s+\w{1,40}\s+from\s|truncate\s+\w{1,60}\s*(?:;|,|restart|cascade|$)|revoke\s+[\w ,]{1,80}\s+(?:on|from)\s|attach\s+database|load\s+data\s|execute\s+immediate\s|set\s+global\s+\w{1,60}\s*=|(?:backup|restore)\s+(?:database|log)\s|disable\s+trigger\s|shutdown\s+with\s|purge\s+(?:recyclebin|binary)|drop\s*\/\*|drop\s+(?:keyspace|tablespace|trigger|procedure|function|policy)\s|merge\s+into\s|replace\s+into\s|unload\s*\(|vacuum\s+into\s|\d{1,6}\s*;\s*(?:delete|drop|update|insert|select)\s|exec(?:ute)?\s+(?:\w{1,20}\.){0,3}[sx]p_)/i;
const pathKey =
  /^(?:path|paths|file|files|filename|file_?name|file_?path|dir|directory|folder|cwd|root|source|destination|src|dest|target|from|to|old_?path|new_?path|uri|location|working_?dir(?:ectory)?|output|input|image|attachment)$|(?:_|[a-z](?=[A-Z]))(?:path|file|dir|directory|folder)$/i;
const urlKey =
  /^(?:url|uri|urls|href|link|endpoint|website|site|page|address|host|hostname|domain|webhook|callback|redirect|target|base_?url|image_?url|proxy|server|origin|feed|src)$|(?:_|[a-z](?=[A-Z]))(?:url|uri|host|endpoint)$/i;
const proseKey =
  /^(?:content|contents|text|body|message|description|summary|title|comment|prompt|question|answer|note|notes|subject|reason|instructions|old_?(?:str|string|text)|new_?(?:str|string|text)|diff|patch|code|html|markdown|data)$/i;

/** Programs whose name is no word that a sentence begins with. */
const commandText =
  /^\s*(?:sudo\s+)?(?:\/(?:usr\/)?s?bin\/)?(?:sudo|rm|mv|cp|dd|chmod|chown|chattr|curl|wget|bash|sh|zsh|nc|ncat|socat|python3?|perl|ruby|node|npm|npx|pip3?|docker|podman|kubectl|helm|terraform|git|ssh|scp|rsync|tar|cat|ls|find|grep|sed|awk|xargs|systemctl|iptables|ufw|crontab|useradd|usermod|mkfs(?:\.\w+)?|mount|umount|powershell|pwsh|cmd|reg|vssadmin|bcdedit|wevtutil|certutil|schtasks|netsh|net|aws|gcloud|az|psql|mysql|redis-cli|mongosh?|shred|truncate|kill(?:all)?|pkill|echo|printf|eval|export|unset|setcap|setenforce|journalctl|wipefs|docker-compose|pulumi|dropdb|insmod|sysctl|yarn|pnpm|nmap|launchctl|spctl|csrutil|diskutil|tmutil|gpg|chpasswd|chgrp|zpool|zfs|lvremove|cryptsetup|swapoff|btrfs|unlink|wget|xattr|gsutil|etcdctl|ngrok|tcpdump|(?:shutdown|reboot|halt|poweroff|passwd|history|defaults|security|vault|consul|at|init)(?=\s+-|\s+now|\s+[06]\b|\s+write\s))(?:\.exe)?\s+\S/;
/** Commands of Windows: a cmdlet, or a program with its kind of options. */
const windowsText =
  /^\s*(?:(?:remove|set|add|stop|clear|start|invoke|new|disable|enable|register|get)-[a-z]{3,30}\s|(?:del|erase|rd|rmdir|format|cipher|diskpart|takeown|icacls|sc|wmic|wbadmin|bitsadmin|mshta|regsvr32|rundll32|procdump|attrib)(?:\.exe)?\s[^\n]{0,300}(?:\s[/-]{1,2}\w|[a-z]:\\|https?:|\b(?:stop|delete|call)\b)|\(new-object\s)/i;

const typed: ReadonlySet<string> = new Set(['shell', 'sql', 'path', 'url']);

/** What a string is to the program that gets it: by its surface, its key and tool, and its own shape. */
export function kindOfArgument({ surface, text, key = '', tool = '' }: Passage): ArgumentKind {
  if (typed.has(surface)) return surface as ArgumentKind; // The four names are the same in both types.
  if (surface === 'tool_args' && key === '' && tool === '') return kindOfBareText(text);
  // Before commands: `execute_sql` executes, and `run_query` runs, but no command.
  if (sqlTool.test(tool) && !shellWord.test(tool) && !shellKey.test(key) && sqlText.test(text)) return 'sql';
  if (isCommand(text, key, tool)) return 'shell';
  if (sqlText.test(text) && (sqlKey.test(key) || sqlTool.test(tool))) return 'sql';
  return kindByShape(text, key);
}

/** Arguments of which nothing is known but the text. */
function kindOfBareText(text: string): ArgumentKind {
  if (sqlStatement.test(text)) return 'sql';
  return commandText.test(text) || windowsText.test(text) ? 'shell' : kindByShape(text, '');
}

function kindByShape(text: string, key: string): ArgumentKind {
  if (isUrl(text)) return 'url';
  if (proseKey.test(key)) return codeText.test(text) ? 'code' : 'prose';
  if (pathKey.test(key) || pathShape(text)) return text.length < 4_096 && !text.includes('\n') ? 'path' : 'prose';
  if (urlKey.test(key)) return 'url';
  return /\s/.test(text.trim()) ? 'prose' : 'value';
}

function isCommand(text: string, key: string, tool: string): boolean {
  if (shellKey.test(key)) return true;
  return shellTool.test(tool) && !proseKey.test(key) && !pathKey.test(key) && /\s/.test(text);
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]{1,20}:\S/i.test(text) && !/\s/.test(text.trim()) && !/^[a-z]:[\\/]/i.test(text);
}

const codeText = /[{};]\s*\n|^[ \t]*(?:import|from|const|function|def|class|#include)\b/m;

function pathShape(text: string): boolean {
  return /^(?:~?[\\/]|\.{1,2}[\\/]|[a-z]:[\\/]|%2e%2e|\.\.%)[^\s<>|*?"]{1,1000}$/i.test(text);
}

/** True for what is meant to be read or kept, by its name: the text of a document says nothing of what the call does. */
export function isProseArgument({ surface, key = '' }: Passage): boolean {
  return surface === 'tool_args' && proseKey.test(key);
}

/** True where the text reaches a shell: a command, or a short value into which shell syntax was put. */
export function runsAsShell(passage: Passage): boolean {
  const kind = kindOfArgument(passage);
  if (kind === 'shell') return true;
  const { surface, text } = passage;
  if (surface !== 'tool_args' || kind === 'code' || kind === 'sql' || isProseArgument(passage)) return false;
  return text.length <= 1_000 && /[;|`]|&&|\$\(|\$\{IFS/.test(text);
}
