import { type Fault, type Problem, type ProblemCode, problemTable } from '@kilometers/core/api/problem.ts';

interface Details {
  /** For the caller. Never what a secret, a header or a body held. */
  readonly detail?: string;
  readonly faults?: readonly Fault[];
  /** Seconds. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** The server says no. Becomes an answer in one place, `middleware/errors.ts`. */
export class Refusal extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly faults: readonly Fault[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ProblemCode, { detail, faults, retryAfter, cause }: Details = {}) {
    super(detail ?? problemTable[code].title, cause === undefined ? undefined : { cause });
    this.name = 'Refusal';
    this.code = code;
    this.detail = detail;
    this.faults = faults;
    this.retryAfter = retryAfter;
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export function problemOf(
  { code, detail, faults, retryAfter }: Refusal,
  requestId: string,
  publicUrl: string,
): Problem {
  const { status, title } = problemTable[code];
  return {
    type: `${publicUrl}/problems#${code}`,
    title,
    status,
    code,
    error: code,
    request_id: requestId,
    ...(detail !== undefined && { detail }),
    ...(faults !== undefined && { faults: [...faults] }),
    ...(retryAfter !== undefined && { retry_after: retryAfter }),
  };
}
