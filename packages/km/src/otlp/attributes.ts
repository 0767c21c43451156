/** A value with its name, as OTLP writes it in JSON. */
export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

/** Those that are there, and not empty. */
export function attributesOf(values: Readonly<Record<string, string | undefined>>): Attribute[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [{ key, value: { stringValue: value } }],
  );
}

/** Nanoseconds since the epoch, of milliseconds with fractions. A string: such numbers are past what JSON numbers hold. */
export function nanos(ms: number): string {
  const whole = Math.floor(ms);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}
