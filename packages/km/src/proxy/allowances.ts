import { Fifo } from '../message/fifo.ts';
import type { Direction, RpcId } from '../message/message.ts';
import type { Decision } from '../pipeline/filter.ts';

/** Requests whose answer is awaited; the oldest are forgotten first, and their answers asked about again. */
const keptMax = 1_000;

/** Which rules had a person asked about a request that then went on: they need not ask about its answer. */
export class Allowances {
  readonly #rules = new Fifo<string, readonly string[]>(keptMax);
  #used = false;

  /** A request of `dir` goes on. An id that is used again is another request. */
  note(dir: Direction, id: RpcId | undefined, decisions: readonly Decision[]): void {
    const allowed = decisions.some(({ by, verdict }) => by === 'person' && verdict === 'pass');
    if (!allowed && !this.#used) return;
    const rules = decisions.flatMap(({ verdict, rule }) => (verdict === 'ask' && rule !== undefined ? [rule] : []));
    this.#rules.delete(keyOf(dir, id));
    if (!allowed || rules.length === 0) return;
    this.#used = true;
    this.#rules.set(keyOf(dir, id), rules);
  }

  /** What was allowed with the request of `dir` under this id. */
  of(dir: Direction, id: RpcId | undefined): readonly string[] | undefined {
    return this.#used ? this.#rules.get(keyOf(dir, id)) : undefined;
  }
}

function keyOf(dir: Direction, id: RpcId | undefined): string {
  return `${dir} ${typeof id} ${id}`;
}
