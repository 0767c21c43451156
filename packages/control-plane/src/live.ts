import type { Db } from './database/db.ts';
import { eventsChannel } from './queries/add-to-month.ts';

/** Tells whoever listens that an organisation has new events, whichever replica took them. */
export interface Live {
  /** The function given back ends it. */
  follow(org: string, hear: () => void): () => void;
  close(): Promise<void>;
}

/** One listening connection for all who follow, opened when the first does. */
export function createLive(db: Db): Live {
  const followers = new Map<string, Set<() => void>>();
  let listening: Promise<() => Promise<void>> | undefined;
  const tell = (org: string) => {
    for (const hear of followers.get(org) ?? []) hear();
  };
  return {
    follow(org, hear) {
      listening ??= db.listen(eventsChannel, tell);
      listening.catch(() => {
        listening = undefined; // The next who follows tries again; meanwhile all look by themselves.
      });
      const own = followers.get(org) ?? new Set();
      followers.set(org, own.add(hear));
      return () => {
        own.delete(hear);
        if (own.size === 0) followers.delete(org);
      };
    },
    async close() {
      await (await listening)?.();
    },
  };
}
