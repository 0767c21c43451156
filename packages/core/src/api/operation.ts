import type * as v from 'valibot';
import type { ProblemCode } from './problem.ts';
import type { Permission } from './roles.ts';

/** Version of the API, in the header `Km-Api`. Within it only additions come: unknown members and values are passed over. */
export const apiVersion = '1';

type Schema = v.GenericSchema;

/**
 * One thing that can be asked of the control plane. Types, checks on both sides, routing, the OpenAPI document and the test of
 * roles come from these.
 */
export interface Operation {
  /** Unique; verb and noun: `listKeys`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** With parameters in braces: `/api/keys/{key_id}`. */
  readonly path: string;
  readonly summary: string;
  /** `anyone`: no token at all. */
  readonly needs: Permission | 'anyone';
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** Largest body, in bytes, after decompression. Default 64 KiB. */
  readonly bodyBytesMax?: number;
  readonly answer: { readonly status: number; readonly schema: Schema | undefined; readonly type?: string };
  /** What it can say beside the problems that every operation can have. */
  readonly problems?: readonly ProblemCode[];
}

/** Gives an operation its exact type. */
export function operation<const T extends Operation>(definition: T): T {
  return definition;
}
