import { createHmac } from 'node:crypto';
import { wanted } from '../filter.ts';
import type { Rpc } from '../message/message.ts';
import type { Context, Filter, Verdict } from '../pipeline/filter.ts';
import { type Seen, seenBy, wantsKind } from './seen.ts';

/** A verdict is small; a replacement is a message. */
const answerBytesMax = 16 * 1024 * 1024;

/** One endpoint, its secret found. */
export interface WebhookParts {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly mode: 'validate' | 'mutate';
  readonly wants: { readonly dir?: 'c2s' | 's2c' | undefined; readonly methods?: readonly string[] | undefined };
  readonly deadlineMs: number;
  readonly onFailure: 'pass' | 'block';
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * A filter that asks an HTTP endpoint: the message goes out as JSON, signed, and a verdict comes back.
 *
 * `X-Km-Signature` is `sha256=` and the HMAC-SHA256, in hex, of `X-Km-Timestamp` (seconds), a dot and the body: whoever
 * checks both knows that km sent this, and when. Redirects are not followed, and an answer that is no verdict is none.
 */
export function webhookFilter(parts: WebhookParts): Filter {
  const { name, deadlineMs, onFailure, mode, wants } = parts;
  return {
    name: `webhook:${name}`,
    onFailure,
    deadlineMs,
    wants: (kind, dir) => wantsKind(wants, kind, dir),
    judge(message, context) {
      const seen = seenBy(message, context);
      return wanted(wants, seen)
        ? ask(parts, seen, context).then((answer) => verdictOf(answer, mode))
        : { kind: 'pass' };
    },
  };
}

async function ask(
  { url, secret, now }: WebhookParts,
  seen: Seen,
  { run, session, server, signal }: Context,
): Promise<unknown> {
  const body = JSON.stringify({ apiVersion: 1, run, session, server, ...seen });
  const timestamp = String(Math.floor(now() / 1_000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  const response = await fetch(url, {
    method: 'POST',
    body,
    signal,
    redirect: 'error',
    headers: {
      'Content-Type': 'application/json',
      'X-Km-Timestamp': timestamp,
      'X-Km-Signature': `sha256=${signature}`,
    },
  }).catch((error: Error) => {
    throw new Error(`cannot be reached: ${error.cause instanceof Error ? error.cause.message : error.message}`);
  });
  const text = await readBounded(response);
  if (!response.ok) throw new Error(`answered with status ${response.status}`);
  return JSON.parse(text);
}

async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error(`answered with more than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What is no verdict goes on as it is: the pipeline tells it from one. */
function verdictOf(answer: unknown, mode: WebhookParts['mode']): Verdict {
  const { verdict, reason, message } = (answer ?? {}) as { verdict?: string; reason?: string; message?: Rpc };
  if (verdict === 'replace') {
    if (mode !== 'mutate') throw new Error('answered with a replacement, and its mode is validate');
    return { kind: 'replace', rpc: message as Rpc, reason: reason ?? 'replaced' };
  }
  return { kind: verdict as 'pass', ...(reason !== undefined && { reason }) };
}
