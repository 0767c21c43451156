import type { SqlToken } from './lex.ts';
import type { SqlDanger } from './statement-dangers.ts';

/** What a statement does without a loud verb: nearly every row, rights by way of data, data that leaves, safeguards that go. */
export function quietDangersOf(tokens: readonly SqlToken[]): SqlDanger[] {
  const words = tokens.map(({ kind, value }) => (kind === 'word' || kind === 'sign' ? value : kind)).join(' ');
  const strings = tokens.flatMap(({ kind, value }) => (kind === 'string' ? [value] : []));
  const found = [
    nearlyEveryRow(tokens),
    rightsByData(words, strings),
    hiddenStatement(words, strings),
    secrets(words, strings),
  ];
  const rows = patterns
    .filter(([pattern]) => pattern.test(words))
    .map(([, rule, weight, reason]) => danger(rule, weight, reason));
  return [...found.filter((one) => one !== undefined), ...rows, ...leaves(words, strings)];
}

/** `id > 0`, `id IS NOT NULL`, `name LIKE '%'`: conditions that nearly always hold. */
function nearlyEveryRow(tokens: readonly SqlToken[]): SqlDanger | undefined {
  const verb = tokens[0]?.value;
  const where = tokens.findIndex(({ kind, value }) => kind === 'word' && value === 'where');
  if ((verb !== 'delete' && verb !== 'update') || where === -1) return undefined;
  const condition = tokens.slice(where + 1).map(({ kind, value }) => (kind === 'string' ? `'${value}'` : value));
  const text = condition.join(' ');
  const holds =
    /^[\w.]{1,60} (?:is not null|(?:>|>=|!=|<>) -? ?[01]|like '%+'|(?:!=|<>) '')$/.test(text) ||
    /^\(? ?(\d{1,9}|'[^']{0,20}') = \1 \)? ?or\b/.test(text);
  return holds
    ? danger(
        'sql.destroy',
        0.7,
        `A condition that nearly every row meets: ${verb === 'delete' ? 'deletes' : 'changes'} them.`,
      )
    : undefined;
}

function rightsByData(words: string, strings: readonly string[]): SqlDanger | undefined {
  const table =
    /^(?:insert into|replace into|update|insert ignore into) (?:\w+ \. )?\w*(?:users?|accounts?|members?|roles?|admins?|permissions?|privileges?|grants?|logins?|auth\w*)\b/;
  if (!table.test(words)) return undefined;
  const powerful = strings.some((one) =>
    /^(?:.*\b)?(?:admin(?:istrator)?|super_?user|root|owner|sysadmin|dba)$/i.test(one),
  );
  const flag =
    /\b(?:is_?(?:admin|superuser|staff|root)|admin|superuser)\b (?:= (?:true|number|string)|[^=]{0,200}\bvalues\b)/.test(
      words,
    );
  const named = /\b(?:role|roles|role_name|group|level|privilege|permission|rights|type|access)\b/.test(words);
  return flag || (powerful && named)
    ? danger('sql.rights', 0.62, 'Makes somebody an administrator by way of a table.')
    : undefined;
}

function hiddenStatement(words: string, strings: readonly string[]): SqlDanger | undefined {
  const runs =
    /^do (?:language \w+ )?string|\bexec(?:ute)?\b(?: immediate)? (?:\( )?@?\w|\bprepare \w+ from\b|\bsp_executesql\b/.test(
      words,
    ) || /^(?:declare|set) @/.test(words);
  const bad = strings.some((one) =>
    /\b(?:drop|truncate)\s+(?:table|database|schema|user)|\bdelete\s+from\s+\S+\s*(?:;|'|$)|\bxp_\w|\bgrant\s+all/i.test(
      one,
    ),
  );
  return runs && bad ? danger('sql.destroy', 0.82, 'Runs SQL that is hidden in a string.') : undefined;
}

const secretNames =
  /\b(?:passwords?|passwd|pwd|pass_?hash|password_?hash|api_?keys?|secret_?keys?|secrets|credentials|ssn|credit_?cards?|card_number|cvv|access_tokens?|refresh_tokens?|private_keys?|auth_tokens?|session_tokens?|otp_secret|mfa_secret|salt)\b/;

function secrets(words: string, strings: readonly string[]): SqlDanger | undefined {
  if (
    /^(?:select|with)\b.*\b(?:information_schema|all_tab_columns|syscolumns|pg_attribute)\b/.test(words) &&
    strings.some((one) => /pass|secret|token|cred|card|ssn/i.test(one))
  )
    return danger('sql.credentials', 0.64, 'Looks for where passwords and the like are kept.');
  if (!/^select\b/.test(words) || !secretNames.test(words.replace(/\bcount \( [^)]{0,60}\)/g, ''))) return undefined;
  const chosen = words.slice(0, words.indexOf(' from '));
  if (!secretNames.test(chosen) && !/^select (?:distinct )?\*/.test(words)) return undefined;
  return words.includes(' where ')
    ? danger('sql.credentials', 0.38, "Reads somebody's password or another secret.")
    : danger('sql.credentials', 0.52, "Reads everybody's passwords or other secrets.");
}

type Row = readonly [pattern: RegExp, rule: string, weight: number, reason: string];

const patterns: readonly Row[] = [
  [
    /^merge\b.*\bon \(? ?(?:number = number|string = string)\b.*\bdelete\b/,
    'sql.destroy',
    0.8,
    'Deletes every row of a table.',
  ],
  [/^restore (?:database|log|filelistonly)\b/, 'sql.destroy', 0.66, 'Writes an old copy over a database.'],
  [/^purge\b|^reset (?:master|binary|replica|slave)\b/, 'sql.destroy', 0.7, 'Deletes what could be restored from.'],
  [
    /^create (?:or replace )?(?:definer = \S+ )?event\b.*\b(?:delete|drop|truncate|update)\b/,
    'sql.destroy',
    0.66,
    'Has the database delete something again and again.',
  ],
  [/^kill\b|^select pg_terminate_backend \(/, 'sql.destroy', 0.45, "Ends somebody's connection."],
  [
    /^(?:alter table \S+ (?:\. \S+ )?)?disable (?:trigger|row level security|rule)\b|\bno force row level security\b|^drop (?:policy|audit|trigger)\b|^alter (?:server )?audit\b.*\boff\b/,
    'sql.rights',
    0.66,
    'Takes a safeguard of a table away.',
  ],
  [/^set (?:global|persist)\b/, 'sql.rights', 0.6, 'Changes how the whole database server works.'],
  [
    /^set (?:session authorization|role) (?!none|default)\w|^(?:alter \w+ .*)?\bowner to\b|\bsecurity definer\b|^execute as\b/,
    'sql.rights',
    0.5,
    'Acts as, or hands over to, another user.',
  ],
  [/\bdblink(?:_exec|_send_query)? \(/, 'sql.outside', 0.74, 'Talks to another database.'],
  [
    /^create (?:subscription|server|foreign table|external table|database link|public database link|linked server)\b|\bsp_addlinkedserver\b/,
    'sql.outside',
    0.55,
    'Ties the database to another place.',
  ],
];

/** Where rows would go: a bucket, a share, a web address, a folder that a web server shows. */
const elsewhere =
  /^(?:s3|gs|gcs|azure|abfss?|wasbs?|https?|ftp|hdfs):\/\/|^\\\\|\/(?:www|htdocs|html|public_html|wwwroot|inetpub)\/|\.(?:php\d?|jsp|aspx?)$/i;

function leaves(words: string, strings: readonly string[]): SqlDanger[] {
  if (
    !/^(?:unload|export|copy|backup|vacuum into|insert overwrite|create table .* location|set global|select .* into|\. (?:output|backup|dump)|outfile)\b/.test(
      words,
    )
  )
    return [];
  const out = strings.some((one) => elsewhere.test(one));
  if (out) return [danger('sql.outside', 0.74, 'Takes data of the database to another place.')];
  return /^(?:backup|vacuum into|export|unload)\b/.test(words)
    ? [danger('sql.outside', 0.45, 'Takes a copy of the database.')]
    : [];
}

function danger(rule: string, weight: number, reason: string): SqlDanger {
  return {
    rule,
    weight,
    reason,
    owasp: rule === 'sql.rights' ? 'MCP02:2025' : rule === 'sql.credentials' ? 'MCP01:2025' : 'MCP05:2025',
  };
}
