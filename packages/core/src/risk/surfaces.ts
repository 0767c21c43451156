import type { Passage } from './passage.ts';

/** A message, and what is known of it beside its text. Shaped like JSON-RPC; unknown members are legal. */
export interface Subject {
  readonly dir: 'c2s' | 's2c';
  readonly rpc: {
    readonly id?: string | number | null;
    readonly method?: string;
    readonly params?: unknown;
    readonly result?: unknown;
    readonly error?: unknown;
  };
  /** On a response: the request it answers, where that is known. `target` is the tool, prompt or resource it named. */
  readonly asked?: { readonly method: string; readonly target?: string };
}

/** Every string of a message that somebody will read or run. */
export function passagesOf(_subject: Subject): readonly Passage[] {
  return [];
}
