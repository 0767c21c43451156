import * as v from 'valibot';

/** One member of a tool's definition: what it was, to be compared, and to be shown. */
const Part = v.object({
  hash: v.string(),
  /** Canonical JSON, redacted and cut short. */
  text: v.string(),
});

/** What one km learned and all of a machine know. Names are short because a file holds thousands of them. */
export const Fact = v.variant('kind', [
  /** Which server an id stands for. */
  v.object({ kind: v.literal('server'), server: v.string(), name: v.string(), command: v.string(), at: v.number() }),
  /** A tool was listed. The first definition is its pin; another one is a change that waits for an answer. */
  v.object({
    kind: v.literal('tool'),
    server: v.string(),
    tool: v.string(),
    hash: v.string(),
    parts: v.record(v.string(), Part),
    at: v.number(),
  }),
  /** A person has looked at a definition. */
  v.object({
    kind: v.literal('answer'),
    server: v.string(),
    tool: v.string(),
    hash: v.string(),
    answer: v.picklist(['approved', 'rejected']),
    at: v.number(),
  }),
  /** Keyed hashes of values that came from a secret or an untrusted source. */
  v.object({
    kind: v.literal('marks'),
    of: v.picklist(['secret', 'untrusted']),
    server: v.string(),
    tool: v.string(),
    marks: v.array(v.string()),
    at: v.number(),
  }),
  /** All marks made before are gone. */
  v.object({ kind: v.literal('forget'), at: v.number() }),
  /** How often a tool was called within one minute, and with how much. */
  v.object({
    kind: v.literal('rate'),
    server: v.string(),
    tool: v.string(),
    calls: v.number(),
    bytes: v.number(),
    at: v.number(),
  }),
  /** What many such minutes come to. */
  v.object({
    kind: v.literal('usual'),
    server: v.string(),
    tool: v.string(),
    minutes: v.number(),
    calls: v.number(),
    callsMax: v.number(),
    bytes: v.number(),
    at: v.number(),
  }),
]);
export type Fact = v.InferOutput<typeof Fact>;
export type FactOf<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;
export type Parts = FactOf<'tool'>['parts'];
