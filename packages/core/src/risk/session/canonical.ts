/** Deeper than any schema goes; what lies below is compared as it was written. */
const depthMax = 400;

/**
 * JSON with its members sorted by name (as RFC 8785 does) and without blanks: equal values give equal texts.
 *
 * Never throws: what JSON cannot hold, or is nested past what can be walked, is a fixed word.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth >= depthMax) return asWritten(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members
    .sort(byName)
    .map(([name, member]) => `${JSON.stringify(name)}:${write(member, depth + 1)}`)
    .join(',')}}`;
}

/** By UTF-16 units, as `<` compares: a locale would sort differently on another machine. */
function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function asWritten(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '"nested too deeply"'; // Thousands of levels: nothing that a client shows to anybody.
  }
}
