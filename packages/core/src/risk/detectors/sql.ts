import type { Detector, Found } from '../detector.ts';
import { rowsMax, unboundedRead } from '../sql/bounded.ts';
import { breaksOut } from '../sql/break-out.ts';
import { injectionsIn } from '../sql/injection.ts';
import { lexSql, statementsOf } from '../sql/lex.ts';
import { quietDangersOf } from '../sql/quiet-dangers.ts';
import { dangersOfStatement } from '../sql/statement-dangers.ts';
import { isProseArgument, kindOfArgument } from './kind-of-argument.ts';

const injectionCharsMax = 2_000;

/** Statements that lose data or reach out of the database, and SQL put into values that are none. */
export const sql: Detector = {
  name: 'sql',
  surfaces: ['sql', 'tool_args'],
  detect({ text }, passage) {
    const kind = kindOfArgument(passage);
    if (passage.surface === 'sql' || kind === 'sql') return [...dangersOfSql(text), ...unbounded(text)];
    if (kind === 'shell' || kind === 'code') return []; // Quotes and operators are theirs; what they give a database is looked at there.
    if (isProseArgument(passage) || text.length > injectionCharsMax || !/['"`;)#*]|\d\s/.test(text)) return [];
    return putIntoValue(text);
  },
};

/**
 * Values hold quotes and operators of many languages. One that only leaves a quote open and goes on is looked at, not
 * stopped.
 */
function putIntoValue(text: string): Found[] {
  const rule = { rule: 'sql.injection', owasp: 'MCP05:2025' as const };
  const put = injectionsIn(text).map((one) => ({ ...rule, ...one }));
  const unbalanced = (text.match(/'/g)?.length ?? 0) % 2 === 1 || (text.match(/"/g)?.length ?? 0) % 2 === 1;
  if (!unbalanced || breaksOut(text) < 0.82) return put;
  return [
    ...put,
    { ...rule, weight: 0.6, reason: 'Leaves the value it stands for in a query.', start: 0, end: text.length },
  ];
}

/** What a text of SQL would do, statement by statement. */
export function dangersOfSql(text: string): Found[] {
  // What MySQL runs out of a comment is no comment; blanks keep the places.
  const read = text.replaceAll(
    /\/\*!\d{0,6}([^*]{0,2000})\*\//g,
    (whole: string, inner: string) => `${' '.repeat(whole.length - inner.length - 2)}${inner}  `,
  );
  const { tokens } = lexSql(read);
  const statements = statementsOf(tokens);
  const found = statements.flatMap((statement) =>
    [...dangersOfStatement(statement), ...quietDangersOf(statement)].map((danger) => ({
      ...danger,
      start: statement[0]?.start ?? 0,
      end: statement.at(-1)?.end ?? text.length,
    })),
  );
  return [...found, ...smuggled(text, statements.length), ...(begins.test(text) ? [] : pieceOfSql(text))];
}

/** Not dangerous, but more than anybody reads: a policy may have it made smaller. */
function unbounded(text: string): Found[] {
  if (!selects.test(text)) return [];
  const statements = statementsOf(lexSql(text).tokens);
  const [statement = []] = statements;
  const read = statements.length === 1 ? unboundedRead(statement) : undefined;
  if (read === undefined) return [];
  const bounded = `${text.slice(0, read.end)} LIMIT ${rowsMax}${text.slice(read.end)}`;
  return [
    {
      rule: 'sql.unbounded',
      owasp: 'MCP10:2025',
      weight: 0.05,
      reason: 'Brings every row of a table.',
      start: statement[0]?.start ?? 0,
      end: read.end,
      suggestion: { what: `no more than ${rowsMax} rows`, text: bounded },
    },
  ];
}

const selects = /^\s*select\b/i;

const begins =
  /^[\s(;]*(?:--[^\n]{0,400}\n\s*|\/\*[^*]{0,400}\*\/\s*)*(?:select|insert|update|delete|drop|truncate|alter|create|grant|revoke|with|merge|replace|exec|execute|call|copy|pragma|attach|detach|load|vacuum|begin|start|explain|show|set|use|rename|do|declare|describe|desc|analyze|values|table|from|if|commit|rollback|kill|backup|restore|purge|unload|export|reset|lock|comment|refresh|optimize|reindex)\b/i;

/** No statement, but what somebody puts into one. */
function pieceOfSql(text: string): Found[] {
  const rule = { rule: 'sql.injection', owasp: 'MCP05:2025' as const };
  const put = injectionsIn(text).map((one) => ({ ...rule, ...one }));
  const left = breaksOut(text);
  if (left === 0) return put;
  return [
    ...put,
    { ...rule, weight: left, reason: 'Leaves the value it stands for in a query.', start: 0, end: text.length },
  ];
}

/** Signs that part of the query came in by a value: a second statement behind a read, a tautology, a cut comment. */
function smuggled(text: string, statements: number): Found[] {
  const rule = { rule: 'sql.injection', owasp: 'MCP05:2025' as const, start: 0, end: text.length };
  const found: Found[] = [];
  const tautology =
    /\bwhere\b[^;]{0,400}\bor\s+\(?\s*(?:'([^']{0,20})'\s*=\s*'\1'|(\d{1,6})\s*=\s*\2\b|"([^"]{0,20})"\s*=\s*"\3"|true\b(?!\s*=))/i;
  if (tautology.test(text)) found.push({ ...rule, weight: 0.82, reason: 'A condition that always holds.' });
  if (/'\s*(?:--|#)\s*(?:$|')/.test(text) || /(?:--|#)\s*'\s*(?:$|;|and\b|\))/i.test(text)) {
    found.push({ ...rule, weight: 0.72, reason: 'A comment hides the rest of the query.' });
  }
  if (
    /\bunion\b[^;]{0,60}\bselect\b[^;]{0,200}(?:\bnull\s*,\s*null\b|\b(?:password|passwd|table_name|@@version|pg_shadow|sqlite_master|information_schema)\b)/i.test(
      text,
    )
  ) {
    found.push({ ...rule, weight: 0.82, reason: 'Joins the answer of another query to the one that was asked.' });
  }
  if (
    statements > 1 &&
    /^\s*select\b[^;]*;\s*(?:drop|delete|update|insert|alter|truncate|exec|grant|create)\b/i.test(text)
  ) {
    found.push({ ...rule, weight: 0.7, reason: 'A change behind a question.' });
  }
  return found;
}
