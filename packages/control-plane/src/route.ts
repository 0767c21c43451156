import type { Operation } from '@kilometers/core/api/operation.ts';
import type * as v from 'valibot';
import type { Known } from './caller.ts';

type Out<Schema> = Schema extends v.GenericSchema ? v.InferOutput<Schema> : undefined;

/** Who must be known for an operation. */
type CallerFor<Op extends Operation> = Op['needs'] extends 'anyone' ? undefined : Known;

/** A request that has been checked: form, size, caller, role. */
export interface Call<Op extends Operation> {
  readonly params: Out<Op['params']>;
  readonly query: Out<Op['query']>;
  readonly body: Out<Op['body']>;
  readonly caller: CallerFor<Op>;
  readonly request: RequestFacts;
}

export interface RequestFacts {
  readonly id: string;
  /** Address that the request came from, as far as it can be known. */
  readonly address: string;
  header(name: string): string | undefined;
  /** Ends when the client has gone. */
  readonly signal: AbortSignal;
}

/** Members by name only: that more may come is for whoever reads an answer, not for us who give it. */
type Exact<T> = T extends readonly (infer Element)[]
  ? readonly Exact<Element>[]
  : T extends object
    ? { readonly [Key in keyof T as string extends Key ? never : Key]: Exact<T[Key]> }
    : T;

/** What an operation answers, by its contract; or a whole response, for redirects, streams and cookies. */
type Answer<Op extends Operation> = Response | Exact<Out<Op['answer']['schema']>>;

/** An operation with what carries it out. */
export interface Route {
  readonly operation: Operation;
  handle(call: Call<Operation>): Promise<unknown>;
}

/** Ties an operation of the contract to its handler: the types hold one to the other. */
export function route<Op extends Operation>(operation: Op, handle: (call: Call<Op>) => Promise<Answer<Op>>): Route {
  return { operation, handle: handle as Route['handle'] }; // `app.ts` hands in what the operation's schemas made.
}
