import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { LogRecord } from '@kilometers/core/record.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import { EventMaker } from '../packages/km/src/outbox/event-maker.ts';

/** The events that the records of a log come to, made as km makes them of the same traffic. */
export function eventsOfLog(records: readonly LogRecord[]): readonly TelemetryEvent[] {
  const events: TelemetryEvent[] = [];
  const makers = new Map<string, EventMaker>();
  for (const record of records) {
    const maker = makers.get(record.run) ?? makerFor(record, events);
    makers.set(record.run, maker);
    if (record.client) maker.learnt({ client: record.client });
    const { original: _, ...kept } = record;
    maker.see({ ...kept, time: Date.parse(record.ts) });
  }
  return events;
}

function makerFor({ run, session, server = '' }: LogRecord, events: TelemetryEvent[]): EventMaker {
  return new EventMaker({
    facts: { run, session, server, km: '', tags: {} },
    redactor: createRedactor(),
    includeContent: false,
    emit: (json) => events.push(JSON.parse(json) as TelemetryEvent), // Made a moment ago.
  });
}
