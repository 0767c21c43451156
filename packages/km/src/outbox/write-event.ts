import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import type { Body } from '../message/draft.ts';

/** The contract takes 500; what redaction puts in the place of secrets may be longer than they were. */
const shortChars = 400;
const reasonChars = 1_500;
const listMax = 50;
const tagsMax = 50;
/** Of each message whose content is told. */
const contentBytes = 65_536;
/** Of a filter's own event. */
const fieldsChars = 16_384;

interface Content {
  readonly request: string | undefined;
  readonly response: string | undefined;
}

/** An event as JSON on one line, of the form that the contract takes, without secrets. `content` is redacted JSON already. */
export function writeEvent(event: TelemetryEvent, content: Content | undefined, redactor: Redactor): string {
  const json = JSON.stringify(bounded(event, (text, most) => cut(text, most, redactor)));
  const clean = redactor.may(json) ? redactor.json(json).text : json;
  if (content?.request === undefined && content?.response === undefined) return clean;
  const parts = [
    ...(content.request === undefined ? [] : [`"request":${content.request}`]),
    ...(content.response === undefined ? [] : [`"response":${content.response}`]),
  ];
  return `${clean.slice(0, -1)},"content":{${parts.join()}}}`;
}

/** A message as redacted JSON; its beginning, as a string, where it is long or no JSON. */
export function keptContent({ bytes, json, cut: isPart }: Body, redactor: Redactor): string {
  const whole = json && isPart !== true && bytes.length <= contentBytes;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  if (whole) return (redactor.mayBytes(bytes) ? redactor.json(text).text : text).trim();
  return JSON.stringify(redactor.text(text).text.slice(0, contentBytes));
}

type Cut = (text: string, most: number) => string;

/** The event within the bounds of the contract. Written out for the usual event: this runs for every exchange. */
function bounded(event: TelemetryEvent, short: Cut): TelemetryEvent {
  const { session, server, method, tool, name, client, protocol, findings, by, tags, fields } = event;
  return {
    ...event,
    ...(session !== undefined && { session: short(session, shortChars) }),
    ...(server !== undefined && { server: short(server, shortChars) }),
    ...(method !== undefined && { method: short(method, shortChars) }),
    ...(tool !== undefined && { tool: short(tool, shortChars) }),
    ...(name !== undefined && { name: short(name, shortChars) }),
    ...(protocol !== undefined && { protocol: short(protocol, shortChars) }),
    ...(client && { client: mapped(client, (text) => short(text, shortChars)) }),
    ...(tags && { tags: boundedTags(tags, short) }),
    ...(fields && { fields: boundedFields(fields) }),
    ...(findings && {
      findings: findings
        .slice(0, listMax)
        .map((one) => ({ ...one, ...(one.reason !== undefined && { reason: short(one.reason, reasonChars) }) })),
    }),
    ...(by && {
      by: by.slice(0, listMax).map((one) => ({
        ...one,
        by: short(one.by, shortChars),
        ...(one.reason !== undefined && { reason: short(one.reason, shortChars) }),
      })),
    }),
  };
}

function mapped<T extends object>(texts: T, map: (text: string) => string): T {
  const entries = Object.entries(texts).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value)])) as T; // The same keys, or fewer optional ones.
}

function boundedTags(tags: Readonly<Record<string, string>>, short: Cut): Record<string, string> {
  const entries = Object.entries(tags).slice(0, tagsMax);
  return Object.fromEntries(entries.map(([key, value]) => [short(key, 100), short(value, shortChars)]));
}

function boundedFields(fields: object): Record<string, unknown> {
  return JSON.stringify(fields).length <= fieldsChars ? { ...fields } : { too_long: true };
}

/** Redacted before it is cut: half a secret is not recognised any more. */
function cut(text: string, most: number, redactor: Redactor): string {
  return text.length <= most ? text : `${redactor.text(text).text.slice(0, most - 1)}…`;
}
