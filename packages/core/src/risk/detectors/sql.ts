import type { Detector, Found } from '../detector.ts';
import { injectionsIn } from '../sql/injection.ts';
import { lexSql, statementsOf } from '../sql/lex.ts';
import { dangersOfStatement } from '../sql/statement-dangers.ts';
import { isProseArgument, kindOfArgument } from './kind-of-argument.ts';

const injectionCharsMax = 2_000;

/** Statements that lose data or reach out of the database, and SQL put into values that are none. */
export const sql: Detector = {
  name: 'sql',
  surfaces: ['sql', 'tool_args'],
  detect({ text }, passage) {
    if (passage.surface === 'sql' || kindOfArgument(passage) === 'sql') return dangersOfSql(text);
    if (isProseArgument(passage) || text.length > injectionCharsMax || !/['"`;)#*]|\d\s/.test(text)) return [];
    return injectionsIn(text).map((one) => ({ rule: 'sql.injection', owasp: 'MCP05:2025', ...one }));
  },
};

/** What a text of SQL would do, statement by statement. */
export function dangersOfSql(text: string): Found[] {
  const { tokens } = lexSql(text);
  const statements = statementsOf(tokens);
  const found = statements.flatMap((statement) =>
    dangersOfStatement(statement).map((danger) => ({
      ...danger,
      start: statement[0]?.start ?? 0,
      end: statement.at(-1)?.end ?? text.length,
    })),
  );
  return [...found, ...smuggled(text, statements.length)];
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
