import type { LogRecord } from '@kilometers/core/record.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import { EventMaker } from './event-maker.ts';

/** Makes the events that records of a log come to, as km makes them while it writes the records. */
export function eventsOfRecords(
  redactor: Redactor,
  km: string,
  emit: (json: string) => void,
): (record: LogRecord) => void {
  const makers = new Map<string, EventMaker>();
  return (record) => {
    const { original: _, ...kept } = record;
    const maker = makers.get(record.run) ?? makerFor(record, redactor, km, emit);
    makers.set(record.run, maker);
    if (record.client) maker.learnt({ client: record.client });
    if (record.kind === 'end') {
      maker.end(Date.parse(record.ts), { open: record.open, exit: record.exit });
      makers.delete(record.run);
    } else maker.see({ ...kept, time: Date.parse(record.ts) });
  };
}

function makerFor(
  { run, session, server = '', info }: LogRecord,
  redactor: Redactor,
  km: string,
  emit: (json: string) => void,
) {
  const { tags = {} } = (info ?? {}) as { readonly tags?: Readonly<Record<string, string>> }; // Written by km.
  return new EventMaker({ facts: { run, session, server, km, tags }, redactor, includeContent: false, emit });
}
