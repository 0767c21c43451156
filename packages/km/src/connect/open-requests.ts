import { Message, type Rpc, type RpcId } from '../message/message.ts';
import type { Posted } from './posted.ts';

interface Open {
  readonly posted: Posted;
  readonly abort: () => void;
}

/** The requests of the client that wait for an answer, whichever stream it will come with. */
export class OpenRequests {
  readonly #byId = new Map<string, Open>();
  #onEmpty = () => {};

  /** @param abort Gives up the HTTP request by which it was posted. */
  add(posted: Posted, abort: () => void): void {
    for (const id of posted.asks) this.#byId.set(keyOf(id), { posted, abort });
  }

  get(id: RpcId): Open | undefined {
    return this.#byId.get(keyOf(id));
  }

  /** Nobody waits for it any more. */
  forget(id: RpcId): void {
    this.#byId.delete(keyOf(id));
    if (this.#byId.size === 0) this.#onEmpty();
  }

  /** Those of these ids that still wait. */
  waiting(ids: readonly RpcId[]): RpcId[] {
    return ids.filter((id) => this.#byId.has(keyOf(id)));
  }

  /** Takes note of the answers in a line of the server's, and gives each with the request that it answers. */
  answeredBy(line: Uint8Array): { readonly rpc: Rpc; readonly posted: Posted }[] {
    const message = new Message('s2c', { head: line, bytes: line.length }, 0, 0);
    const answered = message.outlines.flatMap((rpc, index) => {
      const open = rpc.method === undefined && rpc.id !== undefined ? this.get(rpc.id) : undefined;
      if (open === undefined || rpc.id === undefined) return [];
      this.forget(rpc.id);
      return [{ index, posted: open.posted }];
    });
    const lookedInto = answered.some(({ posted }) => learntFrom.has(posted.method ?? ''));
    const rpcs = lookedInto ? message.all : message.outlines;
    return answered.map(({ index, posted }) => ({ rpc: rpcs[index] ?? {}, posted }));
  }

  /** Those that are never answered, only given up. */
  abortStreams(): void {
    for (const id of this.ids) {
      const open = this.get(id);
      if (open?.posted.method !== 'subscriptions/listen') continue;
      this.forget(id);
      open.abort();
    }
  }

  get ids(): RpcId[] {
    return [...this.#byId.keys()].map((key) => JSON.parse(key) as RpcId);
  }

  /** Ends when none waits any more. */
  whenEmpty(): Promise<void> {
    if (this.#byId.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }
}

/** Only of their answers is more wanted than that they came. */
const learntFrom: ReadonlySet<string> = new Set(['initialize', 'tools/list']);

function keyOf(id: RpcId): string {
  return JSON.stringify(id);
}
