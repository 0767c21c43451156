import type { LogRecord } from '@kilometers/core/record.ts';
import type { Draft } from '../message/draft.ts';
import type { rareKeys } from './record-keys.ts';

/** A draft, or what the log has to say about itself. */
export type Entry = Draft & Partial<Pick<LogRecord, Exclude<(typeof rareKeys)[number], keyof Draft>>>;
