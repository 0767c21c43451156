import { lexSql, type SqlToken } from './lex.ts';

const charsMax = 2_000;
const quotesMax = 4;

/**
 * How surely a value leaves the string or number it stands for in a query, and goes on as SQL: 0 to 1. It is read as
 * the database would read it, from behind each of its first quotes. `d'or et d'argent` has a quote and an operator too,
 * but nothing that the operator could take, and no end.
 */
export function breaksOut(text: string): number {
  const value = text.slice(0, charsMax);
  const quoted = [...value.matchAll(/['"`]/g)].slice(0, quotesMax);
  const weights = quoted.map(({ 0: quote, index }) => behindQuote(value.slice(index + 1), quote));
  return Math.max(0, behindNumber(value), ...weights);
}

const words =
  /^(?:or|and|xor|like|rlike|regexp|glob|match|in|is|not|between|having|order|group|union|except|intersect|limit|offset|procedure|collate|sounds|div|mod|where|into|waitfor|escape|similar|notnull|isnull|ilike)$/;
const joining = /^(?:or|and|xor|\|\||&&)$/;
const signs = /^(?:=|<=>|<|>|<>|!=|<=|>=|\|\||&&|\||&|\^|\+|-|\*|\/|%|~|!|,|\.)$/;

function behindQuote(rest: string, quote: string): number {
  const tokens = lexSql(rest.slice(0, lookedAtChars)).tokens.filter(({ value }) => value !== ')');
  const [first, second] = tokens;
  if (first === undefined) return 0;
  if (isComment(first, rest)) return 0.82;
  if (first.value === ';') return tokens.length === 1 ? 0.42 : stacked(second);
  const isWord = first.kind === 'word' && words.test(first.value);
  if (!isWord && !signs.test(first.value)) return 0;
  const open = (rest.split(quote).length - 1) % 2 === 1;
  return goesOn({ tokens, first, isWord, open, ends: endsQuery(rest, tokens) });
}

const lookedAtChars = 400;

interface Behind {
  readonly tokens: readonly SqlToken[];
  readonly first: SqlToken;
  readonly isWord: boolean;
  /** A last string is left open, for the quote that the query itself will put behind the value. */
  readonly open: boolean;
  /** The rest of the query is cut off. */
  readonly ends: boolean;
}

function goesOn({ tokens, first, isWord, open, ends }: Behind): number {
  const [, second, third] = tokens;
  if (!ends && !open) return joining.test(first.value) && compares(tokens.slice(1)) ? 0.72 : 0;
  if (isOperand(second, third)) return isWord || joining.test(first.value) ? 0.88 : signWeight(first, ends);
  if (!ends) return 0;
  if (isWord) return 0.84;
  return third !== undefined && tokens.length < 12 ? 0.7 : 0;
}

/** `a, 'b` is a list that goes on; `'='` is not. */
function signWeight({ value }: SqlToken, ends: boolean): number {
  if (ends) return 0.82;
  return /^[,.-]$/.test(value) ? 0 : 0.62;
}

/** Comments are how the rest of the query is cut off; `#` and `--` in the middle of a text are not. */
function endsQuery(rest: string, tokens: readonly SqlToken[]): boolean {
  return (
    /(?:--[\s+-]{0,4}\w{0,8}|#\w{0,3}|\/\*|;\s{0,4}(?:--)?|;?%00|\0)\s{0,8}$/.test(rest) ||
    tokens.some(({ kind, value }) => kind === 'comment' && value.startsWith('/*'))
  );
}

function isComment({ kind, value, start, end }: SqlToken, rest: string): boolean {
  if (value === '#' || kind === 'comment')
    return rest.slice(end).trim().length < 4 || (kind === 'comment' && end - start < 12);
  return rest.trim() === '/*';
}

const verbs =
  /^(?:select|insert|update|delete|drop|truncate|alter|create|exec|execute|declare|waitfor|shutdown|grant|merge|call|copy|set|begin|if|analyze|vacuum|do)$/;

function stacked(token: SqlToken | undefined): number {
  return token?.kind === 'word' && verbs.test(token.value) ? 0.88 : token?.kind === 'comment' ? 0.82 : 0;
}

function isOperand(token: SqlToken | undefined, next: SqlToken | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'string' || token.kind === 'number' || /^['"`(@~!-]$/.test(token.value)) return true;
  if (/^(?:not|null|true|false|select|all|distinct|case|exists|by|like|in|current_user|delay)$/.test(token.value))
    return true;
  return (
    token.kind === 'word' &&
    next !== undefined &&
    (next.value === '(' || /^(?:=|<|>|<>|!=|is|in|not|like|between)$/.test(next.value))
  );
}

function compares(tokens: readonly SqlToken[]): boolean {
  const [left, sign, right] = tokens;
  return (
    (left?.kind === 'string' || left?.kind === 'number') &&
    /^(?:=|<|>|<>|!=|like|<=>)$/.test(sign?.value ?? '') &&
    (right?.kind === 'string' || right?.kind === 'number')
  );
}

const numeric =
  /^\s{0,4}-?\d{1,12}\s{0,4}\)*(?:\s|\/\*[^*]{0,40}\*\/){1,8}(?:or|and|xor|rlike|regexp|\|\||&&)\b(?:\s|\/\*[^*]{0,40}\*\/){1,8}(?:not\s+)?(?:true\b|false\b|null\b|\(|\d{1,10}\s{0,4}(?:=|<|>|like\b)|['"]|\w{1,30}\s{0,4}(?:\(|=|<|>)|\w{1,30}\s+(?:is|in|like|between)\b)/i;
const stackedNumber =
  /^\s{0,4}-?\d{1,12}\s{0,4}\)*\s{0,4};\s{0,4}(?:select|insert|update|delete|drop|truncate|alter|create|exec|declare|waitfor|shutdown|copy|call|begin)\b/i;

function behindNumber(value: string): number {
  if (stackedNumber.test(value)) return 0.88;
  return numeric.test(value) ? 0.84 : 0;
}
