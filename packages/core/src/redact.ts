export interface Redaction {
  readonly text: string;
  /** How many secrets were replaced. */
  readonly count: number;
}

export interface Redactor {
  /** False when there is certainly nothing to redact: cheap, so that most messages pay no more than this. */
  may(text: string): boolean;
  mayBytes(bytes: Uint8Array): boolean;
  /** Redacts text that is not JSON, or a single decoded string. */
  text(text: string): Redaction;
  /** Redacts JSON source text token by token; what is not redacted stays as it is, byte for byte. */
  json(text: string): Redaction;
  /** Redacts a line that may be JSON in part, or JSON cut off. */
  raw(text: string): Redaction;
}

export function createRedactor(): Redactor {
  const same = (text: string) => ({ text, count: 0 });
  return { may: () => false, mayBytes: () => false, text: same, json: same, raw: same };
}
