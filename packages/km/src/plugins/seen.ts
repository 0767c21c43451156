import type { PluginContext, PluginMessage } from '../filter.ts';
import type { Direction, Message, MessageKind, Rpc } from '../message/message.ts';
import type { Context } from '../pipeline/filter.ts';

/** What of a message leaves km: JSON alone. */
export type Seen = PluginMessage;

/** A batch never gets here: its elements are judged singly. */
export function seenBy(message: Message, { asked }: Context): Seen {
  const rpc = message.rpc as Rpc;
  const method = rpc.method ?? asked?.method;
  return {
    dir: message.dir,
    kind: message.kind as PluginMessage['kind'],
    ...(method !== undefined && { method }),
    rpc: rpc as PluginMessage['rpc'], // Parsed from JSON.
  };
}

export function contextOf({ run, session, server, risk }: Context): PluginContext {
  return { run, session, server, ...(risk && { risk: risk.score }) };
}

interface WantedKinds {
  readonly dir?: Direction | undefined;
  readonly kinds?: readonly string[] | undefined;
}

/** Can be told before a message is parsed. */
export function wantsKind({ dir, kinds }: WantedKinds, kind: MessageKind, from: Direction): boolean {
  return (dir === undefined || dir === from) && (kinds === undefined || kinds.includes(kind));
}
