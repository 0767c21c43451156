import type { OwaspId } from '../finding.ts';
import type { SqlToken } from './lex.ts';

export interface SqlDanger {
  readonly rule: string;
  readonly weight: number;
  readonly reason: string;
  readonly owasp: OwaspId;
}

/** What one statement would do that cannot be taken back, or that reaches outside the database. */
export function dangersOfStatement(tokens: readonly SqlToken[]): SqlDanger[] {
  const words = tokens.map(({ kind, value }) => (kind === 'word' || kind === 'sign' ? value : kind));
  const text = words.join(' ');
  const strings = tokens.flatMap(({ kind, value }) => (kind === 'string' ? [value] : []));
  const found = [destructive(words, text), outside(text, strings), rights(text), inner(words, strings)];
  return found.filter((danger) => danger !== undefined);
}

const verbs = /^(?:with|explain|analyze|begin|do|then|else|call)$/;

function destructive(all: readonly string[], text: string): SqlDanger | undefined {
  // A statement may stand behind others' words, as after WITH or in an anonymous block.
  const first = all.findIndex((word) =>
    /^(?:drop|truncate|delete|update|alter|replace|flush|purge|shutdown)$/.test(word),
  );
  if (first === -1 || (first > 0 && !verbs.test(all[0] ?? ''))) return undefined;
  const words = all.slice(first);
  if (words[0] === 'drop') return dropped(words);
  if (words[0] === 'truncate') return words.length > 1 && words[1] !== '(' ? lost('Empties a table.', 0.86) : undefined;
  if (words[0] === 'alter') return altered(text);
  if (words[0] === 'flush' || words[0] === 'shutdown') return lost('Empties or stops the database.', 0.7);
  if (words[0] === 'delete') return everyRow(words, 'Deletes every row of a table.', 0.86);
  return words[0] === 'update' && words.includes('set')
    ? everyRow(words, 'Changes every row of a table.', 0.8)
    : undefined;
}

function dropped(words: readonly string[]): SqlDanger | undefined {
  const what = words
    .slice(1, 4)
    .find((word) =>
      /^(?:database|schema|table|tablespace|user|role|view|index|function|procedure|trigger|column|keyspace|collection|owned|materialized|sequence|type|extension|constraint|login|partition)$/.test(
        word,
      ),
    );
  if (what === undefined) return undefined;
  if (/^(?:database|schema|tablespace|keyspace)$/.test(what)) return lost(`Drops a whole ${what}.`, 0.93);
  if (words[1] === 'temporary' || words[1] === 'temp' || words.some((word) => word.startsWith('#'))) return undefined;
  if (/^(?:table|collection|owned|user|role|login|column)$/.test(what))
    return lost('Drops a table, a user or what belongs to one.', 0.88);
  return lost('Drops a part of the database.', 0.45);
}

function altered(text: string): SqlDanger | undefined {
  if (
    /^alter table\b.* drop (?:column|partition)\b|^alter table \S+ (?:\. \S+ )?drop (?!constraint|index|default|not|foreign|primary|key|if exists constraint)/.test(
      text,
    )
  )
    return lost('Drops a column with all its data.', 0.82);
  if (/^alter (?:user|role|login)\b.*\b(?:password|superuser|identified)\b/.test(text))
    return power('Changes the password or rights of a user.', 0.8);
  return /^alter (?:system|server configuration)\b/.test(text)
    ? power('Changes how the whole database server works.', 0.7)
    : undefined;
}

function everyRow(words: readonly string[], reason: string, weight: number): SqlDanger | undefined {
  const where = words.indexOf('where');
  if (where === -1)
    return words.includes('join') || words.includes('limit') || words.includes('using')
      ? lost(reason, 0.4)
      : lost(reason, weight);
  return alwaysTrue(words.slice(where + 1)) ? lost(reason, weight) : undefined;
}

/** `1=1`, `true`, `'a'='a'`, `x = x`, `1`, `id > 0 OR 1=1`. Literals have become the name of their kind. */
function alwaysTrue(words: readonly string[]): boolean {
  const condition = words.join(' ').replaceAll(/[()]/g, '').trim();
  if (
    /^(?:number|true|string|not false)$|^(?:number|string) (?:=|<=|>=|like|<=>) (?:number|string)$|^(\w+) = \1$|^number <> number$/.test(
      condition,
    )
  )
    return true;
  return /\bor (?:(?:number|string) (?:=|like) (?:number|string)|true|(\w+) = \1)(?: |$)/.test(condition);
}

function outside(text: string, strings: readonly string[]): SqlDanger | undefined {
  if (
    /\b(?:xp_cmdshell|sp_oacreate|sp_oamethod|xp_regwrite|xp_regread|xp_dirtree|xp_fileexist|sys_exec|sys_eval|dbms_scheduler|dbms_java|utl_http|utl_file|utl_inaddr|utl_smtp|httpuritype|dbms_ldap|openrowset|opendatasource|lo_export|lo_import|pg_read_file|pg_read_binary_file|pg_ls_dir|pg_write_file|dblink_connect|load_extension|writefile|edit)\b/.test(
      text.replaceAll(/\bedit\b/g, ''),
    )
  )
    return reach('Runs programs, or reads and writes files, through the database.', 0.88);
  if (/\bcopy\b.{0,300}\b(?:from|to) program\b/.test(text)) return reach('Runs a program through the database.', 0.92);
  if (/^copy\b.*\b(?:to|from) string/.test(text)) return reach('Reads or writes a file of the database server.', 0.62);
  if (/\binto (?:outfile|dumpfile)\b/.test(text)) return reach('Writes a file on the database server.', 0.88);
  if (/\bload_file \(|\bload data (?:local )?infile\b|^bulk insert\b/.test(text))
    return reach('Reads a file of the database server.', /load_file/.test(text) ? 0.86 : 0.6);
  if (/^attach\b/.test(text))
    return reach(
      'Opens another database file.',
      strings.some((name) => /\.(?:php|jsp|aspx?|sh|so|cgi)$|\.\.|^\/(?:etc|var|root|home)/.test(name)) ? 0.86 : 0.42,
    );
  if (/^pragma (?:writable_schema|trusted_schema|journal_mode = off|temp_store_directory)\b/.test(text))
    return reach('Takes a safeguard of the database away.', 0.62);
  return /^create (?:or replace )?function\b.*\b(?:language (?:plpython\w*|plperlu|c)|soname)\b|^create extension\b.*\b(?:plpython\w*|plperlu|file_fdw|dblink)\b/.test(
    text,
  )
    ? reach('Brings a program into the database.', 0.82)
    : undefined;
}

function rights(text: string): SqlDanger | undefined {
  if (/^grant\b/.test(text)) {
    if (/^grant (?:all|dba|superuser|super|file|sysadmin)\b|with grant option|\bto public\b|on \* \. \*/.test(text))
      return power('Gives a user all rights, or everybody some.', 0.83);
    return power('Gives rights to a user.', 0.5);
  }
  if (/^revoke\b/.test(text)) return power('Takes rights from a user.', 0.42);
  if (/^create (?:user|login|role)\b/.test(text))
    return power('Adds a user to the database.', /superuser|createrole/.test(text) ? 0.82 : 0.5);
  if (/\bsp_(?:addsrvrolemember|addrolemember|addlogin|configure)\b/.test(text))
    return power('Gives a user more rights.', 0.82);
  return /^set (?:global|password)\b.*\b(?:general_log|secure_file_priv|password|log_bin)\b/.test(text)
    ? power('Changes how the server guards itself.', 0.72)
    : undefined;
}

/** What only those ask who look for passwords, or wait for an answer by the clock. */
function inner(words: readonly string[], strings: readonly string[]): SqlDanger | undefined {
  const text = words.join(' ');
  if (
    /\b(?:mysql \. user|pg_shadow|pg_authid|sys \. sql_logins|master \. dbo \. sysxlogins|sys \. user\$|dba_users)\b/.test(
      text,
    )
  )
    return {
      rule: 'sql.credentials',
      weight: 0.72,
      reason: 'Reads the passwords of the database.',
      owasp: 'MCP01:2025',
    };
  if (
    /\b(?:sleep|pg_sleep|benchmark|waitfor delay|dbms_pipe \. receive_message|dbms_lock \. sleep|randomblob) ?(?:\(|string)/.test(
      text,
    )
  )
    return {
      rule: 'sql.blind',
      weight: 0.72,
      reason: 'Makes the database wait, as those do who ask by the clock.',
      owasp: 'MCP05:2025',
    };
  if (/\b(?:extractvalue|updatexml) \(.{0,300}\b(?:concat|select)\b/.test(text))
    return {
      rule: 'sql.blind',
      weight: 0.8,
      reason: 'Makes the database tell its data in an error.',
      owasp: 'MCP05:2025',
    };
  const asksSecret = words.some((word) =>
    /^(?:password|passwd|pwd|password_hash|passwordhash|api_?keys?|secret_?key|ssn|credit_card(?:_number)?|card_number|cvv|access_token|refresh_token|private_key)$/.test(
      word,
    ),
  );
  if (asksSecret && words[0] === 'select' && !words.includes('where'))
    return {
      rule: 'sql.credentials',
      weight: 0.36,
      reason: "Reads everybody's passwords or other secrets.",
      owasp: 'MCP01:2025',
    };
  return strings.length > 0 &&
    /\bexec(?:ute)?(?: immediate)? (?:\( )?(?:string|@\w+|char)/.test(text) &&
    strings.some((one) => /\b(?:drop|delete|truncate|xp_)\b/i.test(one))
    ? reach('Runs SQL that is hidden in a string.', 0.82)
    : undefined;
}

function lost(reason: string, weight: number): SqlDanger {
  return { rule: 'sql.destroy', weight, reason, owasp: 'MCP05:2025' };
}

function reach(reason: string, weight: number): SqlDanger {
  return { rule: 'sql.outside', weight, reason, owasp: 'MCP05:2025' };
}

function power(reason: string, weight: number): SqlDanger {
  return { rule: 'sql.rights', weight, reason, owasp: 'MCP02:2025' };
}
