import { followEvents } from '@kilometers/core/api/sessions.ts';
import { findFeedEnd } from '../../queries/find-feed-end.ts';
import { type FeedPlace, listEventsAfter } from '../../queries/list-events-after.ts';
import { route } from '../../route.ts';
import type { Services } from '../../services.ts';

/** A line now and then keeps proxies from closing a quiet stream, and makes up for a notification that was missed. */
const beatMs = 15_000;

const pageMax = 500;

const encoder = new TextEncoder();

/** Events as they come. Whoever was cut off says with `Last-Event-ID` where to go on. */
export function followEventsRoute(services: Services) {
  const { db } = services;
  return route(followEvents, async ({ caller: { org }, request }) => {
    const from = placeOf(request.header('last-event-id')) ?? (await findFeedEnd(db));
    const headers = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' };
    return new Response(feed(services, org, from), { headers });
  });
}

/** The stream's own way of writing where it stands: `tx-seq`. */
function placeOf(id: string | undefined): FeedPlace | undefined {
  const [, tx, seq] = /^(\d{1,15})-(\d{1,15})$/.exec(id ?? '') ?? [];
  return tx === undefined || seq === undefined ? undefined : { tx: Number(tx), seq: Number(seq) };
}

function feed({ db, live }: Pick<Services, 'db' | 'live'>, org: string, from: FeedPlace): ReadableStream<Uint8Array> {
  let place = from;
  let stop = () => {};
  return new ReadableStream({
    start(controller) {
      const say = (text: string) => controller.enqueue(encoder.encode(text));
      /** Tells a page of what is new. @returns True when there may be more. */
      const tell = async (): Promise<boolean> => {
        const events = await db.within(org, (sql) => listEventsAfter(sql, org, place, pageMax));
        for (const { tx, seq, body } of events) say(`id: ${tx}-${seq}\ndata: ${JSON.stringify(body)}\n\n`);
        place = events.at(-1) ?? place;
        return events.length === pageMax;
      };
      const look = oneAtATime(tell, (error) => {
        stop();
        controller.error(error);
      });
      const beat = setInterval(() => {
        say(': beat\n\n');
        look();
      }, beatMs);
      const unfollow = live.follow(org, look);
      stop = () => {
        clearInterval(beat);
        unfollow();
      };
      say(': here\n\n');
      look();
    },
    cancel: () => stop(),
  });
}

/** Runs `work` until it has nothing left; asked for while it runs, once more after that. */
function oneAtATime(work: () => Promise<boolean>, fail: (error: unknown) => void): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    do {
      again = false;
      again = (await work()) || again;
    } while (again);
    running = false;
  };
  return () => {
    again = true;
    if (running) return;
    running = true;
    run().catch(fail);
  };
}
