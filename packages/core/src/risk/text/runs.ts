/**
 * The stretches of a text, `charsMin` long or longer, of which each character is of a kind: pairs of where one begins and ends.
 *
 * Looks at one character in `charsMin` and, where that is of the kind, at those around it: most of a text is never read.
 *
 * @param kinds Of each ASCII character, the kinds it is of, as bits. What is beyond ASCII is of none.
 */
export function runsOf(text: string, kinds: Uint8Array, kind: number, charsMin: number): readonly number[] {
  const { length } = text;
  const runs: number[] = [];
  // A stretch that is long enough holds one of the places looked at, for none of its characters is before `probe - charsMin`.
  for (let probe = charsMin - 1; probe < length; probe += charsMin) {
    let start = probe;
    while (start >= 0 && isOf(text.charCodeAt(start), kinds, kind)) start--;
    if (start === probe) continue;
    let end = probe + 1;
    while (end < length && isOf(text.charCodeAt(end), kinds, kind)) end++;
    if (end - start > charsMin) runs.push(start + 1, end);
    probe = end;
  }
  return runs;
}

function isOf(code: number, kinds: Uint8Array, kind: number): boolean {
  return code < 128 && ((kinds[code] as number) & kind) !== 0;
}
