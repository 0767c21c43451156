import type { LogRecord } from '@kilometers/core/record.ts';

/** Keys of records that the log writes about itself or the machine, all rare, in the order in which they are written. */
export const rareKeys = [
  'client',
  'info',
  'km',
  'child',
  'from',
  'to',
  'reason',
  'of',
  'first',
  'last',
  'was',
  'count',
  'open',
  'exit',
  'signal',
] as const satisfies readonly (keyof LogRecord)[];

/** Keys of the body. They come after `prev`, and stay unread. */
export const bodyKeys = ['message', 'raw', 'original'] as const satisfies readonly (keyof LogRecord)[];

/** All keys up to `prev`, which ends the head of a record. */
export const headKeys = [
  'v',
  'ts',
  'run',
  'session',
  'seq',
  'server',
  'kind',
  'dir',
  'method',
  'tool',
  'id',
  'call',
  'bytes',
  'ms',
  'wait_ms',
  'status',
  'late',
  'cancelled',
  'unpaired',
  'via',
  'outcome',
  'opaque',
  'by',
  'risk',
  'findings',
  'parts',
  'text',
  ...rareKeys,
  'truncated',
  'redacted',
  'seal',
  'prev',
] as const satisfies readonly (keyof LogRecord)[];
