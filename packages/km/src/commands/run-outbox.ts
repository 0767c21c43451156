import { openApiClient } from '../account/api-client.ts';
import { findKey, originOf } from '../account/key-source.ts';
import { readTlsFiles } from '../account/tls-files.ts';
import { afterUnref } from '../after.ts';
import type { Config } from '../config/load.ts';
import type { Ends } from '../filters/learn.ts';
import type { Draft } from '../message/draft.ts';
import { EventMaker } from '../outbox/event-maker.ts';
import { Outbox } from '../outbox/outbox.ts';
import { outboxPlaces } from '../outbox/places.ts';
import { sendToControlPlane } from '../outbox/send-to-control-plane.ts';
import type { OutboxSummary } from '../tui/summary.ts';
import { version } from '../version.ts';
import { redactorOf } from './monitor-watch.ts';
import type { TelemetryParts } from './run-telemetry.ts';

/** Events of one run, on their way. */
export interface RunOutbox {
  /** How many events were dropped so far. */
  readonly dropped: number;
  see(draft: Draft): void;
  learnt(ends: Ends): void;
  emit(by: string, name: string, fields: Readonly<Record<string, unknown>>, time: number): void;
  close(end: Readonly<Record<string, unknown>>): Promise<OutboxSummary>;
}

/** How long the end of a session may take for the sake of the last events; the rest is sent by the next. */
const lastFlushMs = 500;

/** Opens the outbox of a run, for whoever is signed in. */
export async function openRunOutbox({ plan, account, mayTell, onFault }: TelemetryParts & { mayTell: () => boolean }) {
  const { config, facts, tags } = plan;
  const outbox = await openOutbox({
    config,
    run: facts.run,
    token: (refused) => account.accessToken(refused),
    mayTell,
    onFault,
  });
  const maker = new EventMaker({
    facts: { ...facts, km: version, tags },
    redactor: redactorOf(config),
    includeContent: config.settings.telemetry.include_content,
    emit: (json) => outbox.add(json),
  });
  return {
    get dropped() {
      return outbox.counts.dropped;
    },
    see: (draft) => maker.see(draft),
    learnt: ({ client, protocol }) =>
      maker.learnt({ ...(client && { client }), ...(protocol !== undefined && { protocol }) }),
    emit: (by, name, fields, time) => maker.custom(by, name, fields, time),
    async close(end) {
      maker.end(Date.now(), end);
      await outbox.close(lastFlushMs);
      return { ...outbox.counts, waiting: outbox.waiting, trouble: outbox.trouble };
    },
  } satisfies RunOutbox;
}

interface Opened {
  readonly config: Config;
  readonly run: string;
  readonly token: Parameters<typeof openApiClient>[0]['token'];
  readonly mayTell: () => boolean;
  readonly onFault: (message: string) => void;
}

/** An outbox that sends to the control plane of the configuration, for the account of its key. */
export async function openOutbox({ config, run, token, mayTell, onFault }: Opened): Promise<Outbox> {
  const { settings, paths } = config;
  const { batch_size, flush_interval, memory_max, disk_max } = settings.telemetry;
  const client = openApiClient({ apiUrl: settings.api_url, tls: readTlsFiles(settings), ...(token && { token }) });
  return new Outbox({
    places: outboxPlaces(paths.dataFolder),
    run,
    binding: await bindingOf(config),
    batchSize: batch_size,
    flushSeconds: flush_interval,
    memoryMax: memory_max,
    diskBytesMax: disk_max,
    send: sendToControlPlane(client, mayTell),
    now: Date.now,
    after: afterUnref,
    random: Math.random,
    onFault,
  });
}

/** Whose events these are. An account that signs in later, or elsewhere, does not get them. */
export async function bindingOf(config: Config): Promise<string> {
  const source = await findKey(config);
  return `${originOf(config.settings.api_url)} ${source.kind === 'none' ? '' : source.credential}`;
}
