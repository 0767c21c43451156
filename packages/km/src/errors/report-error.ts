import { isKmError, KmError } from '@kilometers/core/errors.ts';
import { jsonLine } from '../diagnostics/json-line.ts';
import { describeCause } from './system-error.ts';

export interface Manner {
  /** As an object: stderr is no terminal, or `--json` was given. */
  readonly json: boolean;
  /** Show where in the code it happened: `KM_BACKTRACE=1`. */
  readonly backtrace: boolean;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Everything km has to say about an error that ends it, and the status to exit with. */
export function reportError(thrown: unknown, manner: Manner): { text: string; exit: number } {
  const error = isKmError(thrown) ? thrown : unforeseen(thrown);
  return { text: manner.json ? asJson(error, manner) : asLines(error, manner), exit: error.exit };
}

/** Where the reference has more about a code. */
function doc(code: string): string {
  return `docs/reference/errors.md#${code}`;
}

/** What nobody foresaw is our fault; it is said without a stack, which tells its owner nothing. */
function unforeseen(thrown: unknown): KmError {
  return new KmError('internal.bug', 'km came upon something that it does not expect.', { cause: thrown });
}

function asLines(error: KmError, { backtrace }: Manner): string {
  const { cause } = error;
  const lines = [`error: ${error.message} [${error.code}]`];
  if (cause !== undefined) lines.push(`cause: ${describeCause(cause)}`);
  lines.push(`fix: ${error.fix}`);
  if (backtrace) lines.push(stacks(error));
  return `${lines.join('\n')}\n`;
}

function asJson(error: KmError, { backtrace, time }: Manner): string {
  const { message, cause, fix, code } = error;
  return jsonLine(
    { time, level: 'error', target: 'km', message },
    {
      error: message,
      cause: cause === undefined ? undefined : describeCause(cause),
      fix,
      code,
      doc: doc(code),
      stack: backtrace ? stacks(error) : undefined,
    },
  );
}

function stacks(error: Error): string {
  const { stack = error.message, cause } = error;
  return cause instanceof Error ? `${stack}\ncaused by ${stacks(cause)}` : stack;
}
