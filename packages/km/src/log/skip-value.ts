/** Most strings end sooner. */
const nearBytes = 80;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const braceOpen = 0x7b;
const braceClose = 0x7d;
const bracketOpen = 0x5b;
const bracketClose = 0x5d;

/** Where the JSON value that starts at `at` ends, or -1 when it does not end before `to`. Follows structure only. */
export function skipValue(buffer: Buffer, at: number, to: number): number {
  const byte = buffer[at];
  if (byte === quote) return skipString(buffer, at, to);
  if (byte === braceOpen || byte === bracketOpen) return skipNested(buffer, at, to);
  return skipScalar(buffer, at, to);
}

function skipString(buffer: Buffer, at: number, to: number): number {
  const near = Math.min(to, at + nearBytes);
  for (let next = at + 1; next < near; next++) {
    const byte = buffer[next] as number;
    if (byte === quote) return next + 1;
    if (byte === backslash) next++;
    else if (byte < 0x20) return -1;
  }
  return skipLongString(buffer, at, near, to);
}

/** A native search is faster than a look at each byte once it has far to go. */
function skipLongString(buffer: Buffer, at: number, from: number, to: number): number {
  for (let end = buffer.indexOf(quote, from); end >= 0 && end < to; end = buffer.indexOf(quote, end + 1)) {
    let escapes = end - 1;
    while (escapes > at && buffer[escapes] === backslash) escapes--;
    if ((end - escapes) % 2 === 1) return end + 1;
  }
  return -1;
}

function skipNested(buffer: Buffer, at: number, to: number): number {
  let depth = 0;
  for (let next = at; next < to; next++) {
    const byte = buffer[next] as number;
    if (byte === quote) {
      next = skipString(buffer, next, to) - 1;
      if (next < 0) return -1;
    } else if (byte === braceOpen || byte === bracketOpen) depth++;
    else if ((byte === braceClose || byte === bracketClose) && --depth === 0) return next + 1;
  }
  return -1;
}

/** Numbers, `true`, `false`, `null`. Anything unusual, such as white space, is left to `JSON.parse`. */
function skipScalar(buffer: Buffer, at: number, to: number): number {
  let next = at;
  for (; next < to; next++) {
    const byte = buffer[next] as number;
    if (byte === comma || byte === braceClose) break;
    const isScalar = isDigit(byte) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x2b || byte === 0x2e;
    if (!isScalar && byte !== 0x45) return -1;
  }
  return next === at ? -1 : next;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
