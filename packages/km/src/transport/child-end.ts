import type { Child } from './child.ts';
import { startReaper } from './reaper.ts';
import type { ServerEnd } from './server-end.ts';

/** A running program as the server's end, with a reaper for what it leaves behind. */
export function childEnd({ pid, source, sink, exited, kill, groupLives }: Child): ServerEnd {
  const reaper = startReaper(pid);
  return {
    source,
    sink,
    exited,
    kill,
    release() {
      if (groupLives()) reaper.reap();
      else reaper.dismiss();
    },
  };
}
