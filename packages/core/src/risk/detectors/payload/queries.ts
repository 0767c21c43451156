import { breaksOut } from '../../sql/break-out.ts';
import { injectionsIn } from '../../sql/injection.ts';
import { type Signal, type SignalRow, signalsOf } from './signal.ts';

const rule = 'payload.sql';
const piece = 'A piece of SQL in a value.';

/** Pieces of SQL: by themselves they are no query, but no form asks for them either. */
const pieces: readonly SignalRow[] = [
  [
    /\b(?:db_name|current_(?:user|database|schema)|session_user|system_user|user_name|schema_name|pg_sleep|sleep|benchmark|load_file|extractvalue|updatexml|xmltype|group_concat|concat_ws|lo_(?:get|import|export|create|put)|pg_\w{2,30}|dbms_\w{2,30}\.\w{2,30}|utl_\w{2,20}\.\w{2,30}|[sx]p_\w{3,30}|randomblob|unhex|load_extension|sqlite_version|last_insert_id|procedure\s+analyse|make_set|find_in_set|json_(?:extract|keys|depth)|row_to_json|query_to_xml|database_to_xml|ctxsys\.\w{2,30}|ord|ascii|substr|substring|mid|ifnull|nullif|isnull|char_length|elt)\s{0,4}\(/i,
    0.74,
    rule,
    'Calls a function of a database.',
  ],
  [/\bdatabase\s{0,2}\(|@@\w{3,30}/i, 0.72, rule, 'Asks a database about itself.'],
  [/\b(?:version|user)\(\)/i, 0.42, rule, 'Asks a database about itself.'],
  [
    /\b(?:information_schema|sysobjects|syscolumns|sqlite_(?:master|schema|temp_master)|pg_catalog|mysql\.\w{2,20}|msysobjects|northwind|tempdb|schema_name|all_tables|dba_users|v\$version|sys\.\w{3,30}|master\.\.|msdasql|sqloledb)\b/i,
    0.72,
    rule,
    'Names an inner table of a database.',
  ],
  [
    /\b(?:concat|chr|n?char|cast|convert|coalesce|hex|rand|floor|count|decode|replace|length|len|trim|upper|lower|if|iif|div|mod|power|ltrim|substring_index|extract|double|function)\((?:[^()]{0,60}(?:select|0x|case|\(|@@|\bas\b)|\d{1,12}\s{0,2}[,)])/i,
    0.62,
    rule,
    'Calls a function of a database.',
  ],
  [
    /\bselect\b(?:\s|\/\*[^*]{0,40}\*\/){0,8}(?:[*(@'"]|\d+\s{0,3}[,)]|0x|null\b|case\b|distinct\b|top\s+\d|if\s{0,3}\(|\w{1,30}\s{0,3}(?:\(|,\s{0,3}\w{1,30}\s{1,3}from\b))/i,
    0.78,
    rule,
    'A query in a value that is none.',
  ],
  [
    /\bfrom\s{0,4}(?:\/\*[^*]{0,40}\*\/\s{0,4})?\(\s{0,4}(?:\/\*[^*]{0,40}\*\/)?\s{0,4}select\b|\)\s{0,4}as\s{1,4}\w{1,30}\s{1,4}from\b|\bcase\s{1,4}when\b|\bfrom\b.{1,80}\bwhere\b.{1,80}(?:=|\blike\b|\bin\b)/i,
    0.76,
    rule,
    'A query in a value that is none.',
  ],
  [
    /\bnull\s{0,3},\s{0,3}null\b|\bdeclare(?:\s|\/\*[^*]{0,40}\*\/){1,4}@\w|\bwaitfor(?:\s|\/\*[^*]{0,40}\*\/){0,4}delay\b|\b(?:order|group)(?:\s|\/\*[^*]{0,40}\*\/){1,4}by\s{1,4}\d|\bhaving\s{1,4}\d|\bwhere\s{1,4}\(?\d{1,10}\s{0,3}[=<>]|\bunion(?:\s|\/\*[^*]{0,40}\*\/){1,4}(?:all\b|select\b|distinct\b)|\bexec(?:ute)?\s{1,4}(?:immediate|[sx]p_|master)|\binto\s{1,4}(?:out|dump)file|\brlike\b|\bsounds\s{1,3}like\b|\bregexp\s{0,3}(?:['"(0]|binary)|\b(?:except|intersect)\s{1,4}select\b|::\s{0,2}(?:text|int(?:eger)?|varchar|double|numeric|regclass)\b/i,
    0.74,
    rule,
    piece,
  ],
  [
    /['"`]\s{0,4}(?:union\s{1,4}(?:a\b|all\b|select\b|distinct\b)|alter\b|intersect|except|glob|regexp|rlike|collate|procedure|limit|having)\b/i,
    0.66,
    rule,
    piece,
  ],
  [
    /^\s{0,4}(?:or|and|xor)\s{1,8}(?:\d{1,8}\s{0,4}(?:[=<>#]|--|$)|['"]\w{0,20}['"]|true|not\b|\w{1,20}\s{0,3}[=<>])|^\s{0,4}(?:not\s{1,4})?in\s{0,4}\(\s{0,3}(?:-?\d{1,20}|'[^']{0,20}')\s{0,3}[,)]/i,
    0.66,
    rule,
    piece,
  ],
  [
    /\/\*.{0,60}\*\/.{0,80}\/\*|\w\/\*{2}\/\w|\/\*!|\w\/\*[^*]{0,20}\*\/\w/s,
    0.66,
    rule,
    'Comments in the place of blanks.',
  ],
  [/\b0x[0-9a-f]{4,200}\s{0,3}[,)]|[,(]\s{0,3}0x[0-9a-f]{2,200}/i, 0.56, rule, piece],
  [
    /^\s{0,4}(?:order\s{1,4}by|group\s{1,4}by|rlike|having|limit\s{1,4}\d|like\s{1,4}['"]|execute\s{1,4}\w{1,20}|drop\s{1,4}\w{1,20}|select\s{1,4}\w{1,30})\s{0,4}$/i,
    0.5,
    rule,
    piece,
  ],
];

/** Parts of a query in a value, and values that leave theirs. */
export function queriesIn(text: string): Signal[] {
  const put = injectionsIn(text).map(({ weight, reason }) => ({ weight, reason, rule: 'payload.injection' }));
  const left = breaksOut(text);
  const out =
    left > 0 ? [{ weight: left, rule: 'payload.quote', reason: 'Leaves the string it stands for in a query.' }] : [];
  return [...signalsOf(pieces, text), ...put, ...out];
}
