import { randomUUID } from 'node:crypto';
import type { Rpc, RpcId } from '../message/message.ts';
import type { Answered } from '../pipeline/settle.ts';

/** What is asked, about which message. */
export interface Asked {
  /** Text of the question: what wants to happen, and why it is held. */
  readonly text: string;
  /** Hears what became of it, once. */
  readonly answered: (answer: Answered) => void;
}

export interface AskerParts {
  /** Sends a message of km's own to the client. */
  readonly send: (rpc: Rpc) => void;
  /** How long a person may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly after: (ms: number, act: () => void) => () => void;
}

interface Open extends Asked {
  readonly stop: () => void;
}

/**
 * What an id of km's own begins with: nothing a server would choose. What follows is no number that it could guess: it would
 * ask something harmless under the same id, and the yes to that would count for the call that is held.
 */
const prefix = 'km-ask-';

/** The form that a client shows: one choice, which begins at no. */
const form = {
  type: 'object',
  properties: { allow: { type: 'boolean', title: 'Allow this once', default: false } },
  required: ['allow'],
} as const;

/**
 * Puts questions to the person behind the client, by elicitation, in the revisions of MCP in which servers may ask
 * (2025-06-18 to 2025-11-25).
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
 */
export class Asker {
  readonly #parts: AskerParts;
  readonly #open = new Map<string, Open>();
  #offered = false;

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  /** The client says what it can do when it begins. */
  learn({ method, params }: Rpc): void {
    if (method === 'initialize') this.#offered = offersElicitation((params as Fields)?.capabilities);
  }

  /** True when the client lets a person be asked. */
  get offered(): boolean {
    return this.#offered;
  }

  /** Asks. @returns What takes the question back, and says so to the client. */
  ask(asked: Asked): () => void {
    const id = `${prefix}${randomUUID()}`;
    const stop = this.#parts.after(this.#parts.timeoutMs, () => {
      this.#withdraw(id);
      this.#end(id, { allowed: false, reason: 'Nobody answered in time.' });
    });
    this.#open.set(id, { ...asked, stop });
    const params = { mode: 'form', message: asked.text, requestedSchema: form };
    this.#parts.send({ jsonrpc: '2.0', id, method: 'elicitation/create', params });
    return () => {
      if (!this.#open.has(id)) return;
      this.#withdraw(id);
      this.#end(id, { allowed: false, reason: 'The call was cancelled while somebody was asked.' });
    };
  }

  /** True for the client's answer to a question of km's, early or late: it is meant for nobody else. */
  asked({ id, method }: Rpc): boolean {
    return method === undefined && typeof id === 'string' && id.startsWith(prefix);
  }

  /** Takes such an answer. */
  take({ id, result }: Rpc): void {
    this.#end(String(id), answerOf(result));
  }

  /** Nobody can answer any more. */
  close(): void {
    for (const id of [...this.#open.keys()]) {
      this.#end(id, { allowed: false, reason: 'The session ended before somebody answered.' });
    }
  }

  #end(id: string, answer: Answered): void {
    const open = this.#open.get(id);
    if (!open) return;
    this.#open.delete(id);
    open.stop();
    open.answered(answer);
  }

  #withdraw(id: RpcId): void {
    this.#parts.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } } as Rpc);
  }
}

type Fields = Readonly<Record<string, unknown>> | undefined;

/** Whether these client capabilities let a person be asked by a form. */
export function offersElicitation(capabilities: unknown): boolean {
  const elicitation = (capabilities as Fields)?.elicitation as Fields;
  if (typeof elicitation !== 'object' || elicitation === null) return false;
  // Without a mode it is the form, as before there were modes.
  return elicitation.form !== undefined || elicitation.url === undefined;
}

/** The result of an elicitation, as an answer. Only a plain yes is one. */
export function answerOf(result: unknown): Answered {
  const { action, content } = (result ?? {}) as { action?: unknown; content?: Fields };
  if (action === 'accept' && content?.allow === true) return { allowed: true, reason: 'A person allowed it, once.' };
  if (action === 'cancel') return { allowed: false, reason: 'The question was closed without an answer.' };
  return { allowed: false, reason: 'A person refused it.' };
}

/** The question as MCP 2026-07-28 puts it, in a result that asks for more input. */
export function inputRequest(text: string) {
  return { method: 'elicitation/create', params: { mode: 'form', message: text, requestedSchema: form } };
}
