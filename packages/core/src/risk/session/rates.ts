import type { Finding } from '../finding.ts';
import { canonicalJson } from './canonical.ts';
import { callIn, type Sense, type SenseParts, shown, sighted } from './sense.ts';
import type { Habit } from './usual.ts';

export interface Rates extends Sense {
  /** Keeps what was counted and not yet kept. */
  end(): void;
}

const minuteMs = 60_000;
/** In fewer minutes with calls than that no habit shows. */
const minutesMin = 20;
/** As many calls a minute are never unusual, and as many bytes are not. */
const callsMin = 10;
const bytesMin = 20_000;
/** The very same call so often within a minute is a loop. */
const sameMax = 20;
const toolsMax = 1_000;
const callsRememberedMax = 500;

interface Minute {
  readonly start: number;
  calls: number;
  bytes: number;
}

/**
 * Finds calls that come more often, or with more in them, than a tool's calls usually do, and calls that go round in circles.
 *
 * What is usual is learned per tool over all sessions, from the minutes in which it was called.
 */
export function rates({ memory, keep, hash, now, server }: SenseParts): Rates {
  const minutes = new Map<string, Minute>();
  /** When the same call was made, by tool and arguments. */
  const same = new Map<string, number[]>();
  /** `look` and `learn` are asked about the same message. */
  let last: { readonly params: unknown; readonly key: string; readonly bytes: number } | undefined;

  const sizeUp = (params: unknown, { tool, args }: { tool: string; args: unknown }) => {
    if (last !== undefined && last.params === params) return last;
    const text = canonicalJson(args);
    last = { params, key: hash(`${tool}\n${text}`), bytes: text.length };
    return last;
  };
  const keepMinute = (tool: string, { start, calls, bytes }: Minute): void => {
    const habit = memory.usual.of(server, tool);
    // A flood does not make floods usual.
    const counted = habit !== undefined && habit.minutes >= minutesMin ? Math.min(calls, callsLimit(habit)) : calls;
    keep({ kind: 'rate', server, tool, calls: counted, bytes: Math.round((bytes / calls) * counted), at: start });
  };
  const minuteOf = (tool: string): Minute => {
    const minute = minutes.get(tool);
    if (minute !== undefined && now() - minute.start < minuteMs) return minute;
    if (minute !== undefined) keepMinute(tool, minute);
    const next = { start: now(), calls: 0, bytes: 0 };
    minutes.delete(tool);
    if (minutes.size < toolsMax) minutes.set(tool, next);
    return next;
  };
  return {
    look(subject) {
      const call = callIn(subject);
      if (call === undefined) return [];
      const { key, bytes } = sizeUp(subject.rpc.params, call);
      const minute = minutes.get(call.tool);
      const calls = 1 + (minute !== undefined && now() - minute.start < minuteMs ? minute.calls : 0);
      const times = same.get(key) ?? [];
      const again = times.filter((time) => now() - time < minuteMs).length;
      const habit = memory.usual.of(server, call.tool);
      return [...(again >= sameMax ? [loop(call.tool)] : []), ...unusual(call.tool, calls, bytes, habit)];
    },
    // What was stopped counts too: it is the client that goes round in circles.
    learn(subject, _, forwarded) {
      const call = callIn(subject);
      if (call === undefined) return;
      const { key, bytes } = sizeUp(subject.rpc.params, call);
      const times = [...(same.get(key) ?? []), now()].slice(-sameMax);
      same.delete(key);
      same.set(key, times);
      if (same.size > callsRememberedMax) same.delete(same.keys().next().value as string);
      if (!forwarded) return;
      const minute = minuteOf(call.tool);
      minute.calls++;
      minute.bytes += bytes;
    },
    end() {
      for (const [tool, minute] of minutes) if (minute.calls > 0) keepMinute(tool, minute);
      minutes.clear();
    },
  };
}

const callsLimit = ({ calls, callsMax }: Habit): number => Math.max(callsMin, 3 * callsMax, 5 * calls);

function loop(tool: string): Finding {
  const reason = `The very same call of ${shown(tool)} was made more than ${sameMax} times within a minute.`;
  return sighted('/params/name', {
    ...{ rule: 'rate.loop', owasp: 'MCP06:2025', weight: 0.4, reason, evidence: shown(tool) },
  });
}

function unusual(tool: string, calls: number, bytes: number, habit: Habit | undefined): Finding[] {
  if (habit === undefined || habit.minutes < minutesMin) return [];
  const limit = callsLimit(habit);
  const bytesLimit = Math.max(bytesMin, 10 * habit.bytes);
  if (calls <= limit && bytes <= bytesLimit) return [];
  const isFar = calls > 3 * limit || bytes > 10 * bytesLimit;
  const usually = `usually ${Math.ceil(habit.calls)} a minute with ${Math.ceil(habit.bytes)} characters each`;
  const reason = `${shown(tool)} is called more often, or with more in it, than it usually is.`;
  const evidence = `${calls} calls this minute, ${bytes} characters; ${usually}`;
  return [
    sighted('/params/name', { rule: 'rate.unusual', owasp: 'MCP06:2025', weight: isFar ? 0.5 : 0.3, reason, evidence }),
  ];
}
