/** How long things hold, in seconds. */
export const lifetimes = {
  /** Short, because what it says holds for km without asking. */
  accessToken: 15 * 60,
  refreshToken: 90 * 24 * 3_600,
  browserSession: 12 * 3_600,
  signInLink: 24 * 3_600,
  deviceCode: 10 * 60,
  ssoState: 10 * 60,
} as const;

/** A moment so many seconds later, as PostgreSQL takes it. @param now Milliseconds since the epoch. */
export function after(now: number, seconds: number): string {
  return new Date(now + seconds * 1_000).toISOString();
}
