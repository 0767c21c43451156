const inspected = Symbol.for('nodejs.util.inspect.custom');

/** A value that must not be seen: it prints as `[redacted]` wherever it ends up by accident. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspected](): string {
    return '[redacted]';
  }
}
