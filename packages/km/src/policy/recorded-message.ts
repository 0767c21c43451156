import { policyInput } from '@kilometers/core/policy/input.ts';
import type { PolicyInput } from '@kilometers/core/policy/policy.ts';
import type { LogRecord } from '@kilometers/core/record.ts';
import type { Engine } from '@kilometers/core/risk/assess.ts';
import { combine } from '@kilometers/core/risk/combine.ts';
import type { Assessment, Finding } from '@kilometers/core/risk/finding.ts';
import type { Subject } from '@kilometers/core/risk/surfaces.ts';

/** What the record of a session says about all its messages. */
export interface RunFacts {
  readonly client?: PolicyInput['session']['client'];
  readonly tags: Readonly<Record<string, string>>;
  readonly command: string;
}

export const noFacts: RunFacts = { tags: {}, command: '' };

/** Reads the facts of a run from its `session` record; a later one adds to an earlier. */
export function runFacts({ client, info }: LogRecord, before: RunFacts): RunFacts {
  const tags = isObject(info?.tags) ? (info.tags as RunFacts['tags']) : before.tags;
  const command = Array.isArray(info?.command) ? info.command.join(' ') : before.command;
  const known = client ?? before.client;
  return { tags, command, ...(known !== undefined && { client: known as NonNullable<RunFacts['client']> }) };
}

/** The messages of a record as rules see them: one, or the elements of a batch. None where it was not kept whole. */
export function recordedMessages(record: LogRecord, facts: RunFacts, engine: Engine): readonly PolicyInput[] {
  const { message, parts } = record;
  if (Array.isArray(message)) {
    return message.flatMap((element, index) => recorded(element, { ...record, ...parts?.[index] }, facts, engine));
  }
  return recorded(message, record, facts, engine);
}

type Head = Pick<LogRecord, 'dir' | 'method' | 'tool' | 'session' | 'server' | 'risk' | 'findings' | 'parts'>;

function recorded(message: unknown, head: Head, facts: RunFacts, engine: Engine): readonly PolicyInput[] {
  if (!isObject(message) || head.dir === undefined) return [];
  const isResponse = message.method === undefined && head.method !== undefined;
  const asked = { method: head.method ?? '', ...(head.tool !== undefined && { target: head.tool }) };
  const subject: Subject = { dir: head.dir, rpc: message, ...(isResponse && { asked }) };
  const { client, tags, command } = facts;
  return [
    policyInput({
      ...subject,
      session: { name: head.session, tags, ...(client && { client }) },
      server: { name: head.server ?? '', command },
      risk: assessmentOf(head) ?? engine.assess(subject),
    }),
  ];
}

/** What was thought of the message then. A batch has one for all, so its elements are judged afresh. */
function assessmentOf({ risk, findings, parts }: Head): Assessment | undefined {
  if (risk === undefined || parts !== undefined) return undefined;
  // Written by `filters/record.ts`; a log may have been written to by others.
  const kept = (findings ?? []).filter((finding) => isObject(finding) && typeof finding.rule === 'string') as Finding[];
  return { ...combine(kept), score: risk };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
