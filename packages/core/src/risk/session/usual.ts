import type { Fact, FactOf } from './fact.ts';

/** What is usual for a tool, over the minutes in which it was called. */
export interface Habit {
  readonly minutes: number;
  /** Moving average of calls in such a minute. */
  readonly calls: number;
  /** The busiest such minute; it fades by a hundredth each minute. */
  readonly callsMax: number;
  /** Moving average of the bytes of a call's arguments. */
  readonly bytes: number;
}

const weightOfNewest = 0.1;
const fading = 0.99;
const habitsMax = 4_000;

/** How often each tool is usually called, learned over all sessions. */
export class Usual {
  readonly #habits = new Map<string, Habit & { server: string; tool: string; at: number }>();

  apply(fact: FactOf<'rate'> | FactOf<'usual'>): void {
    const { server, tool } = fact;
    const key = keyOf(server, tool);
    const habit = fact.kind === 'usual' ? fact : grown(this.#habits.get(key), fact);
    const { minutes, calls, callsMax, bytes, at } = habit;
    if (!this.#habits.has(key) && this.#habits.size >= habitsMax) return;
    this.#habits.set(key, { server, tool, minutes, calls, callsMax, bytes, at });
  }

  of(server: string, tool: string): Habit | undefined {
    return this.#habits.get(keyOf(server, tool));
  }

  snapshot(): Fact[] {
    return [...this.#habits.values()].map((habit) => ({ kind: 'usual', ...habit }));
  }
}

function grown(habit: Habit | undefined, { calls, bytes, at }: FactOf<'rate'>): Habit & { at: number } {
  const each = calls > 0 ? bytes / calls : 0;
  if (habit === undefined) return { minutes: 1, calls, callsMax: calls, bytes: each, at };
  return {
    minutes: habit.minutes + 1,
    calls: habit.calls + (calls - habit.calls) * weightOfNewest,
    callsMax: Math.max(calls, habit.callsMax * fading),
    bytes: habit.bytes + (each - habit.bytes) * weightOfNewest,
    at,
  };
}

const keyOf = (server: string, tool: string): string => `${server}\n${tool}`;
