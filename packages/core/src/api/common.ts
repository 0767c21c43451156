import * as v from 'valibot';

/** Shapes that several operations share. */

export const described = <T extends v.GenericSchema>(schema: T, text: string) => v.pipe(schema, v.description(text));

/** A UUID, as PostgreSQL writes it. */
export const Id = v.pipe(v.string(), v.uuid());

/** A name for people: no control characters, so that it can stand in a log line or a header. */
export const Label = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200), v.regex(/^[^\p{Cc}\p{Cf}]*$/u));

/** A moment: ISO 8601 with a zone. A day that no calendar has is none, though JavaScript would read it as a later one. */
export const Time = v.pipe(v.string(), v.maxLength(40), v.isoTimestamp(), v.check(isMoment));

function isMoment(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return !Number.isNaN(Date.parse(text)) && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A number in a query string. */
export const queryNumber = (least: number, most: number, initial: number) =>
  v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(least), v.maxValue(most)),
    String(initial),
  );

/** Which page of a list: rows come newest first, and `after` is the `next` of the page before. */
export const page = {
  limit: queryNumber(1, 500, 50),
  after: v.optional(v.pipe(v.string(), v.maxLength(200), v.regex(/^[A-Za-z0-9_-]+$/))),
};

/** One page of a list; `next` is missing on the last. */
export const pageOf = <T extends v.GenericSchema>(rows: T) =>
  v.looseObject({ rows: v.array(rows), next: v.optional(v.string()) });
