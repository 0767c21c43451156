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
  /** On a response: method and params of the request it answers, where it is known. */
  readonly asked?: { readonly method: string; readonly params?: unknown };
}

/** Every string of a message that somebody will read or run. */
export function passagesOf(_subject: Subject): readonly Passage[] {
  return [];
}
