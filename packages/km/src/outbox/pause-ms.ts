const firstMs = 1_000;
const lastMs = 300_000;
const longMs = 3_600_000;
/** A server may ask for more patience than is good for anybody. */
const askedMsMax = 86_400_000;

interface Failed {
  /** How often in a row before this. */
  readonly failures: number;
  /** What the server asked for. */
  readonly retryAfterMs: number | undefined;
  /** It is not a matter of seconds. */
  readonly long: boolean;
  /** From 0 to 1. */
  readonly random: number;
}

/**
 * How long to wait before the next try: doubled each time, and never less than the server asked for. Spread, so that ten
 * km's do not come back in one moment.
 */
export function pauseMs({ failures, retryAfterMs = 0, long, random }: Failed): number {
  const usual = long ? longMs : Math.min(firstMs * 2 ** failures, lastMs);
  if (retryAfterMs <= 0) return usual * (0.5 + random / 2);
  const asked = Math.min(retryAfterMs, askedMsMax);
  return asked + random * Math.min(asked / 10, lastMs);
}
