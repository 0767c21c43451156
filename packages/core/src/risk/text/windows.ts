/** A stretch of a text. */
interface Window {
  readonly start: number;
  readonly text: string;
}

const windowChars = 65_536;
const overlapChars = 2_048;

/**
 * Cuts a long text into stretches that overlap, so that no search in it can take longer than in proportion to its length.
 * What is longer than the overlap may be seen in parts only.
 */
export function windowsOf(text: string): readonly Window[] {
  if (text.length <= windowChars) return [{ start: 0, text }];
  const windows: Window[] = [];
  for (let start = 0; start + overlapChars < text.length; start += windowChars - overlapChars) {
    windows.push({ start, text: text.slice(start, start + windowChars) });
  }
  return windows;
}
