import type { IncomingMessage } from 'node:http';
import type { EventSourceMessage } from 'eventsource-parser';
import { backoffMs, pause } from './backoff.ts';
import type { LinkParts } from './link.ts';
import { isEventStream, readEvents } from './read-events.ts';

/** A stream of the server's that is read on wherever it breaks off. */
export interface Followed {
  /** Asks for the stream, from behind the last event that came. */
  readonly open: (lastEventId: string | undefined) => Promise<IncomingMessage>;
  readonly onEvent: (event: EventSourceMessage) => Promise<void> | undefined;
  /** True once nothing more is wanted of it. */
  readonly done: () => boolean;
  /** Where to go on; undefined for a stream that has not begun. */
  readonly from?: Place | undefined;
  readonly signal: AbortSignal;
}

/** Where a stream broke off. */
export interface Place {
  readonly lastEventId: string | undefined;
  /** How long the server wants to be left alone first, in milliseconds. */
  readonly retryMs: number | undefined;
}

/** A stream that lasted so long was one, also when nothing came over it. */
const livelyMs = 5_000;

/** Reads a stream; and where it breaks off, asks for the rest. Ends with the HTTP status that refused it, if one did. */
export async function follow(followed: Followed, parts: LinkParts): Promise<number | undefined> {
  const { done, from, signal } = followed;
  const { retriesMax, after, random, now } = parts;
  const over = () => signal.aborted || done();
  let place = from ?? { lastEventId: undefined, retryMs: undefined };
  for (let failures = from === undefined ? 0 : 1; failures <= retriesMax && !over(); ) {
    if (failures > 0) await pause(place.retryMs ?? backoffMs(failures, random), after, signal);
    if (over()) break;
    const began = now();
    const part = await readPart(followed, place);
    if (part.refusedBy !== undefined) return part.refusedBy;
    place = part.place;
    failures = part.lively || now() - began >= livelyMs ? 1 : failures + 1;
  }
  return undefined;
}

interface Part {
  readonly place: Place;
  /** Something came. */
  readonly lively: boolean;
  /** The HTTP status, where it was no stream. */
  readonly refusedBy?: number | undefined;
}

/** Reads on until the stream breaks off. */
async function readPart({ open, onEvent }: Followed, from: Place): Promise<Part> {
  let place = from;
  let lively = false;
  try {
    const answer = await open(place.lastEventId);
    if (answer.statusCode !== 200 || !isEventStream(answer)) {
      answer.resume();
      return { place, lively, refusedBy: answer.statusCode };
    }
    await readEvents(answer, {
      onEvent: (event) => {
        lively = true;
        place = { ...place, lastEventId: event.id ?? place.lastEventId };
        return onEvent(event);
      },
      onRetry: (retryMs) => {
        lively = true;
        place = { ...place, retryMs };
      },
    });
  } catch {
    // Not reached this time. It counts, and after some tries the stream is left alone.
  }
  return { place, lively };
}
