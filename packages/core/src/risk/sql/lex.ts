/** One word, sign or literal of SQL. */
export interface SqlToken {
  readonly kind: 'word' | 'string' | 'number' | 'sign' | 'comment';
  /** Words in lower case; strings without their quotes. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export interface Lexed {
  readonly tokens: readonly SqlToken[];
  /** A quote or comment that never ends. */
  readonly open: boolean;
}

/** Sticky, tried in this order; each is linear. Dialects' quotes: `x`, [x], "x", N'x', E'x', $tag$x$tag$ (by hand). */
const shapes: readonly (readonly [SqlToken['kind'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  ['comment', /--[^\n]*|\/\*(?!!)[^*]*(?:\*(?!\/)[^*]*)*\*\//y],
  ['string', /[neb]?'(?:[^'\\]|''|\\[\s\S])*'/iy],
  ['word', /"(?:[^"]|"")*"|`[^`]*`|\[[A-Za-z_][\w $]*\]/y],
  ['number', /0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy],
  ['word', /[@#$:]{0,2}[\p{L}_][\p{L}\p{N}_$#]*/uy],
  ['sign', /<=>|<>|!=|<=|>=|\|\||&&|::|:=|[^\s]/y],
];

/** Cuts SQL of any dialect into tokens; what cannot be read becomes a sign, so nothing is lost. */
export function lexSql(text: string): Lexed {
  const tokens: SqlToken[] = [];
  let unended = 0;
  for (let at = 0; at < text.length && unended <= unendedMax; ) {
    const token = dollarQuoted(text, at) ?? nextToken(text, at);
    if (token.kind === 'sign' && opens(text, at)) unended += 1;
    if (token.kind !== 'space') tokens.push(token as SqlToken);
    at = token.end;
  }
  return { tokens, open: unended > 0 };
}

/** Each quote or comment without an end costs a look at all that follows; no statement has many. */
const unendedMax = 50;

function opens(text: string, at: number): boolean {
  return /^(?:['"`$]|\/\*)/.test(text.slice(at, at + 2));
}

type AnyToken = Omit<SqlToken, 'kind'> & { readonly kind: SqlToken['kind'] | 'space' };

function nextToken(text: string, at: number): AnyToken {
  for (const [kind, shape] of shapes) {
    shape.lastIndex = at;
    const match = shape.exec(text)?.[0];
    if (match) return { kind, value: valueFrom(kind, match), start: at, end: at + match.length };
  }
  return { kind: 'sign', value: text.charAt(at), start: at, end: at + 1 };
}

function valueFrom(kind: AnyToken['kind'], match: string): string {
  if (kind === 'string') return match.slice(match.indexOf("'") + 1, -1);
  return kind === 'word' ? match.toLowerCase().replaceAll(/^["`[]|["`\]]$/g, '') : match;
}

function dollarQuoted(text: string, at: number): SqlToken | undefined {
  if (text.charAt(at) !== '$') return undefined;
  const tag = /^\$\w{0,60}\$/.exec(text.slice(at, at + 64))?.[0];
  const close = tag === undefined ? -1 : text.indexOf(tag, at + tag.length);
  if (tag === undefined || close === -1) return undefined;
  return { kind: 'string', value: text.slice(at + tag.length, close), start: at, end: close + tag.length };
}

/** Statements without comments, apart by `;`. */
export function statementsOf(tokens: readonly SqlToken[]): SqlToken[][] {
  const statements: SqlToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'comment') continue;
    if (token.kind === 'sign' && token.value === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}
