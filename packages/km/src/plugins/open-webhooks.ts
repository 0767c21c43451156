import { readFileSync } from 'node:fs';
import { KmError } from '@kilometers/core/errors.ts';
import type { Webhook } from '../config/settings.ts';
import type { Filter } from '../pipeline/filter.ts';
import { webhookFilter } from './webhook.ts';

interface Parts {
  readonly webhooks: readonly Webhook[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The configured endpoints as filters, in their order.
 *
 * @throws KmError `webhook.secret`
 */
export function openWebhooks({ webhooks, env, now }: Parts): readonly Filter[] {
  return webhooks.map((webhook) => {
    const { name, url, mode, dir, methods, deadline_ms, on_failure } = webhook;
    const secret = secretOf(webhook, env);
    const wants = { dir, methods };
    return webhookFilter({ name, url, mode, wants, secret, deadlineMs: deadline_ms, onFailure: on_failure, now });
  });
}

function secretOf({ name, secret_env, secret_file }: Webhook, env: Parts['env']): string {
  const secret = secret_env === undefined ? readSecret(name, secret_file ?? '') : env[secret_env];
  if (secret) return secret;
  const where = secret_env === undefined ? `The file ${secret_file} is empty` : `${secret_env} is not set`;
  throw new KmError('webhook.secret', `The webhook ${name} has no secret. ${where}.`);
}

function readSecret(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new KmError('webhook.secret', `The secret of the webhook ${name} cannot be read from ${file}.`, { cause });
  }
}
