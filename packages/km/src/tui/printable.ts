/** Control, invisible and text-direction characters, line separators, halves of surrogate pairs. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text that a terminal shows and cannot be commanded by: escapes become visible symbols, one column each. */
export function printable(text: string): string {
  return text.replace(unsafe, symbolOf);
}

function symbolOf(character: string): string {
  const code = character.codePointAt(0) as number; // The pattern matches exactly one character.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/** The value as one line of JSON that is safe to show on a terminal, and still means the same to a parser. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, escapeOf);
}

function escapeOf(character: string): string {
  return character.split('').map(unitEscape).join('');
}

function unitEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Printable text no wider than `columns`. What was cut ends in an ellipsis. */
export function fit(text: string, columns: number): string {
  let used = 0;
  let end = 0;
  let room = 0; // Where to cut so that the ellipsis still has a column.
  for (const character of text) {
    used += wide.test(character) ? 2 : 1;
    if (used > columns) return columns < 1 ? '' : `${text.slice(0, room)}…`;
    end += character.length;
    if (used < columns) room = end;
  }
  return text;
}
