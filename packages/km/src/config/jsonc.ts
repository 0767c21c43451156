import { KmError } from '@kilometers/core/errors.ts';
import { applyEdits, modify, type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

const complaints: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word that JSON does not know',
  InvalidNumberFormat: 'a number that is not well written',
  PropertyNameExpected: 'the name of a key is wanted, in double quotes',
  ValueExpected: 'a value is wanted',
  ColonExpected: 'a colon is wanted',
  CommaExpected: 'a comma is wanted',
  CloseBraceExpected: 'a closing brace is wanted',
  CloseBracketExpected: 'a closing bracket is wanted',
  EndOfFileExpected: 'something stands after the end',
  UnexpectedEndOfComment: 'a comment is not closed',
  UnexpectedEndOfString: 'a string is not closed',
};

/** Reads JSON with comments and trailing commas. An empty text is an empty object. */
export function parseJsonc(file: string, text: string): unknown {
  if (text.trim() === '') return {};
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first === undefined) return value ?? {};
  const what = complaints[printParseErrorCode(first.error)] ?? 'this is not JSON';
  throw new KmError('config.invalid', `${file}, ${position(text, first.offset)}: ${what}.`, {
    fix: 'Correct it there: `km config edit` opens the file.',
  });
}

/** Sets one key and leaves every other byte as it is. `value` undefined takes the key out. */
export function editJsonc(text: string, key: string, value: unknown): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: text.includes('\r\n') ? '\r\n' : '\n' };
  return applyEdits(text, modify(text, key.split('.'), value, { formattingOptions }));
}

function position(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
