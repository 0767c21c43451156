import { Refusal } from '../problem.ts';
import { takeTurn } from '../queries/take-turn.ts';
import type { Services } from '../services.ts';

/** So many at once, and so many a minute after that. */
export interface Rate {
  readonly burst: number;
  readonly perMinute: number;
}

/**
 * Lets a request of the key through, or refuses it. The state is a row of the database, so that the limit holds across
 * replicas.
 *
 * @throws Refusal `request.rate-limited`, with the time after which there is a turn again.
 */
export async function limit(
  { db, metrics, now }: Pick<Services, 'db' | 'metrics' | 'now'>,
  key: string,
  rate: Rate,
): Promise<void> {
  const waitSeconds = await takeTurn(db, { key, ...rate, now: now() });
  if (waitSeconds === 0) return;
  metrics.count('km_rate_limited_total', { limit: key.split(':')[0] ?? '' });
  throw new Refusal('request.rate-limited', { retryAfter: waitSeconds });
}
