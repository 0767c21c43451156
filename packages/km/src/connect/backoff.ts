import type { After } from '../after.ts';

const firstMs = 250;
const mostMs = 10_000;

/** How long to wait before the n-th try after the first, in milliseconds: twice as long each time, somewhat at random. */
export function backoffMs(tries: number, random: () => number): number {
  return Math.min(mostMs, firstMs * 2 ** (tries - 1)) * (0.5 + random() / 2);
}

/** Ends after a while, or at once when `signal` is given up. */
export function pause(ms: number, after: After, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = after(ms, end);
    signal.addEventListener('abort', end);
  });
}
