import type { Fault } from '@kilometers/core/api/problem.ts';
import * as v from 'valibot';
import { Refusal } from '../problem.ts';

/** Most places that one answer names. */
const faultsMax = 20;

/**
 * What the schema makes of a value.
 *
 * @param where `body`, `query` or `path`: what stands before the place of a fault.
 * @throws Refusal `request.invalid`, which says what was wanted and never what was found.
 */
export function check<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  where: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new Refusal('request.invalid', {
    faults: result.issues.slice(0, faultsMax).map((issue) => faultOf(issue, where)),
  });
}

function faultOf(issue: v.BaseIssue<unknown>, where: string): Fault {
  const path = (issue.path ?? []).map(({ key }) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'));
  return { at: [where, ...path].join('/'), wants: issue.expected ?? issue.type };
}
