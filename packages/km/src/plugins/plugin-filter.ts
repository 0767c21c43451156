import { wanted } from '../filter.ts';
import type { Filter, Verdict } from '../pipeline/filter.ts';
import type { Installed } from './manifest.ts';
import { contextOf, seenBy, wantsKind } from './seen.ts';
import { startThread, type Thread } from './thread.ts';

/** After a thread ended by itself, or was ended, the next starts so much later; twice as long each time it happens again. */
const restartMsFirst = 100;
const restartMsMax = 30_000;

interface Parts {
  readonly plugin: Installed;
  readonly file: string;
  readonly onFault: (message: string) => void;
  readonly now: () => number;
}

/**
 * A plugin as a filter of the pipeline. It runs in a thread of its own: when it hangs past its deadline the thread is ended,
 * and when it crashes another is started, later each time. Meanwhile its messages are unjudged, and `onFailure` decides.
 */
export function pluginFilter({ plugin, file, onFault, now }: Parts): Filter {
  let thread: Thread | undefined;
  let failures = 0;
  let notBefore = 0;
  const down = (reason: string) => {
    thread = undefined;
    notBefore = now() + Math.min(restartMsFirst * 2 ** failures++, restartMsMax);
    if (failures === 1) onFault(`The plugin ${plugin.name} ${reason}. It is started again when it is needed.`);
  };
  const running = (): Thread => {
    if (thread) return thread;
    if (now() < notBefore) throw new Error('it failed, and is not started again yet');
    thread = startThread(file, down);
    return thread;
  };
  running(); // So that it is loaded when the first message comes.
  const hung = (late: Thread) => {
    if (thread !== late) return;
    down(`gave no verdict within ${plugin.deadlineMs} ms and was ended`);
    void late.end();
  };
  return {
    name: `plugin:${plugin.name}`,
    onFailure: plugin.onFailure,
    deadlineMs: plugin.deadlineMs,
    wants: (kind, dir) => wantsKind(plugin.wants, kind, dir),
    judge(message, context) {
      const seen = seenBy(message, context);
      if (!wanted(plugin.wants, seen)) return { kind: 'pass' };
      const current = running();
      context.signal.addEventListener('abort', () => hung(current), { once: true });
      // What the plugin answers is checked by the pipeline, like every filter's verdict.
      return current.judge(seen, contextOf(context)) as Promise<Verdict>;
    },
    close: () => thread?.end(),
  };
}
