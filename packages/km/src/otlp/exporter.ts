import type { After } from '../after.ts';
import type { Reply } from './post.ts';

export interface ExporterParts<T> {
  readonly post: (body: string, signal: AbortSignal) => Promise<Reply>;
  readonly encode: (items: readonly T[]) => string;
  /** The field of an answer that says how many items were refused. */
  readonly rejected: 'rejectedSpans' | 'rejectedDataPoints';
  /** As many may wait; what comes beyond is dropped. */
  readonly itemsMax: number;
  readonly batchItems: number;
  /** How long items wait for company. */
  readonly delayMs: number;
  readonly after: After;
  /** From 0 to 1, for the spread of retries. */
  readonly random: () => number;
  readonly onDropped: (items: number) => void;
  /** Called once for each kind of trouble. */
  readonly onFault: (message: string) => void;
}

export interface Exporter<T> {
  /** Never waits, never throws. */
  push(item: T): void;
  /** Sends what is left, for as long as `timeLeft` has not ended; what then remains is dropped. */
  close(timeLeft: AbortSignal): Promise<void>;
}

const answerMs = 10_000;
const firstRetryMs = 1_000;
const retryMsMax = 60_000;
const retryAfterMsMax = 300_000;

/** The only answers after which the same may be sent again. @see https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const retryable = new Set([429, 502, 503, 504]);

type Sent = 'done' | { readonly retryMs: number | undefined };

/** Exports in batches, one request at a time, beside the traffic: a collector that is slow or gone costs items, and nothing else. */
export function openExporter<T>(parts: ExporterParts<T>): Exporter<T> {
  const { post, encode, rejected, itemsMax, batchItems, delayMs, after, random, onDropped, onFault } = parts;
  let waiting: T[] = [];
  let cancel: (() => void) | undefined;
  let sending: Promise<void> | undefined;
  let failures = 0;
  const told = new Set<string>();
  const life = new AbortController();

  function fault(kind: string, message: string): void {
    if (!told.has(kind)) onFault(message);
    told.add(kind);
  }

  function arm(ms: number): void {
    cancel ??= after(ms, () => {
      cancel = undefined;
      sending = sendOne(life.signal).finally(() => {
        sending = undefined;
      });
    });
  }

  async function sendOne(signal: AbortSignal): Promise<void> {
    const batch = waiting.slice(0, batchItems);
    const sent = await attempt(batch, signal);
    if (sent === 'done') {
      failures = 0;
      waiting = waiting.slice(batch.length);
      if (waiting.length > 0) arm(waiting.length >= batchItems ? 0 : delayMs);
      return;
    }
    arm(sent.retryMs ?? backOff(failures++, random));
  }

  async function attempt(batch: readonly T[], signal: AbortSignal): Promise<Sent> {
    try {
      const reply = await post(encode(batch), AbortSignal.any([signal, AbortSignal.timeout(answerMs)]));
      if (reply.status >= 200 && reply.status < 300) return took(reply);
      const wait = reply.retryAfterMs;
      if (retryable.has(reply.status))
        return { retryMs: wait === undefined ? undefined : Math.min(wait, retryAfterMsMax) };
      onDropped(batch.length);
      fault('refused', `The OpenTelemetry collector refuses what km exports: HTTP status ${reply.status}.`);
      return 'done';
    } catch (error) {
      const { code = 'no answer' } = error as NodeJS.ErrnoException;
      fault('unreachable', `The OpenTelemetry collector cannot be reached (${code}); km goes on trying.`);
      return { retryMs: undefined };
    }
  }

  function took({ body }: Reply): 'done' {
    const items = rejectedIn(body, rejected);
    if (items > 0) {
      onDropped(items);
      fault('rejected', 'The OpenTelemetry collector takes only a part of what km exports.');
    }
    return 'done';
  }

  return {
    push(item) {
      if (waiting.length >= itemsMax) return onDropped(1);
      waiting.push(item);
      if (sending === undefined && waiting.length === batchItems && failures === 0) {
        cancel?.();
        cancel = undefined;
      }
      if (sending === undefined) arm(waiting.length >= batchItems ? 0 : delayMs);
    },
    async close(timeLeft) {
      cancel?.();
      timeLeft.addEventListener('abort', () => life.abort());
      await sending;
      cancel?.();
      cancel = () => {}; // Nothing is armed any more.
      for (let left = waiting.length; left > 0 && !timeLeft.aborted; left = waiting.length) {
        await sendOne(timeLeft);
        if (waiting.length === left) break; // Not taken, and there is no time to wait.
      }
      if (waiting.length > 0) onDropped(waiting.length);
      waiting = [];
    },
  };
}

function backOff(failures: number, random: () => number): number {
  return Math.min(retryMsMax, firstRetryMs * 2 ** failures) * (0.5 + random() / 2);
}

function rejectedIn(body: string, field: ExporterParts<unknown>['rejected']): number {
  try {
    const { partialSuccess } = JSON.parse(body) as { readonly partialSuccess?: Readonly<Record<string, unknown>> };
    return Number(partialSuccess?.[field] ?? 0);
  } catch {
    return 0; // Collectors may answer with an empty body.
  }
}
