import type { Ingested } from '@kilometers/core/api/events.ts';

/** What became of a batch. */
export type Sent =
  | ({ readonly kind: 'accepted' } & Ingested)
  /** The control plane will never take it. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'too-large' }
  /** Not now. `long`: it is not a matter of seconds, such as a quota that is used up. */
  | {
      readonly kind: 'later';
      readonly reason: string;
      readonly retryAfterMs?: number | undefined;
      readonly long?: true;
    };

/** Sends a batch: JSON as `bodyOf` makes it. Never throws. */
export type Send = (body: string, signal: AbortSignal) => Promise<Sent>;

/** The body of a request, of events that are JSON already: what `km telemetry preview` shows, to the byte. */
export function bodyOf(lines: readonly string[]): string {
  return `{"events":[${lines.join()}]}`;
}
