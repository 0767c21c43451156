/** SQL that was put into a value which is none. */
export interface Injection {
  readonly weight: number;
  readonly reason: string;
  readonly start: number;
  readonly end: number;
}

type Row = readonly [pattern: RegExp, weight: number, reason: string];

/** White space as attackers write it: comments and encoded forms between words. */
const rows: readonly Row[] = [
  [
    /\bunion(?:\s|\/\*.{0,40}?\*\/|\+|%20){1,8}(?:all(?:\s|\/\*.{0,40}?\*\/|\+|%20){1,8})?(?:distinct\s+)?\(?\s*select\b/i,
    0.86,
    'Joins the answer of another query to the one that was asked.',
  ],
  [
    /['"`)]\s{0,4}(?:;|\|\|)\s{0,4}(?:drop|delete|truncate|update|insert|alter|exec|execute|shutdown|create|declare|select|waitfor|grant)\b/i,
    0.88,
    'Ends a query and starts another.',
  ],
  [/;\s{0,4}(?:drop|truncate)\s+(?:table|database|schema)\b/i, 0.88, 'Starts a statement that drops a table.'],
  [
    /['"`)]\s{0,8}(?:or|and|xor|\|\||&&)\s{0,8}\(?\s{0,4}(?:not\s+)?['"(]{0,3}(\w{1,30})['")]{0,3}\s{0,4}(?:=|like|<=>)\s{0,4}['"(]{0,3}\1\b/i,
    0.86,
    'A condition that always holds.',
  ],
  [
    /(?:^|[\d\w)'"])\s{1,8}(?:or|and|xor)\s{1,8}\(?['"]?(\d{1,10})['"]?\s{0,4}(?:=|like)\s{0,4}['"]?\1\b/i,
    0.82,
    'A condition that always holds.',
  ],
  [
    /['"`]\s{0,8}(?:or|and|xor|\|\||&&)\s{1,8}(?:not\s+)?(?:true|false|\d{1,8}\s{0,4}(?:[<>=]|--|#|$)|['"]{2}|exists\s{0,4}\(|\(?select\b|length\s{0,4}\(|ascii\s{0,4}\(|substr|sleep|benchmark|1\b)/i,
    0.84,
    'A condition put behind a quote.',
  ],
  [
    /^[\w@.\s-]{0,60}['"]\s{0,4}(?:--(?:\s|\+|$)|#\s{0,4}$|\/\*|;\s{0,4}--)/i,
    0.82,
    'Ends a string and hides the rest of the query.',
  ],
  [
    /\b(?:sleep|pg_sleep|benchmark|dbms_pipe\.receive_message)\s{0,4}\(\s{0,4}['"\d(]|\bwaitfor\s{1,8}(?:delay|time)\s{1,8}['"]/i,
    0.82,
    'Makes a database wait.',
  ],
  [
    /\b(?:extractvalue|updatexml)\s{0,4}\([^)]{0,80}(?:concat|select|0x)/i,
    0.84,
    'Makes a database tell its data in an error.',
  ],
  [
    /\b(?:information_schema|sysobjects|syscolumns|sqlite_master|pg_catalog|all_tables|user_tables)\b[^\n]{0,80}|\b(?:from|,)\s{1,4}(?:mysql\.user|pg_shadow|pg_user)\b/i,
    0.6,
    'Asks for the tables of the database.',
  ],
  [
    /\b(?:xp_cmdshell|sp_oacreate|xp_dirtree|xp_regread|utl_http|utl_inaddr|load_file\s{0,2}\(|into\s{1,8}(?:out|dump)file)\b/i,
    0.86,
    'Reaches out of the database.',
  ],
  [
    /\bselect\b[^\n]{0,200}\b(?:from\b[^\n]{0,100}\b(?:users?|passwords?|accounts?|members?|admin\w*|credentials?)|@@version|version\s{0,2}\(\)|user\s{0,2}\(\)|database\s{0,2}\(\)|current_user)/i,
    0.6,
    'A query in a value that is none.',
  ],
  [/['"]\s{0,4}(?:having|group\s{1,4}by|order\s{1,4}by)\s{1,8}[\d'"]/i, 0.8, 'Asks how many columns a query has.'],
  [/\/\*!\d{0,6}\s{0,4}\w/i, 0.72, 'SQL in a comment that MySQL runs.'],
];

export function injectionsIn(text: string): Injection[] {
  return rows.flatMap(([pattern, weight, reason]) => {
    const match = pattern.exec(text);
    return match ? [{ weight, reason, start: match.index, end: match.index + match[0].length }] : [];
  });
}
