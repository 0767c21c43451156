import type { LogLevel } from './levels.ts';

/** What every line has that km writes to a stderr that is no terminal. */
export interface LineHead {
  readonly time: number;
  readonly level: LogLevel;
  /** The part of km that speaks, as `KM_LOG` names it. */
  readonly target: string;
  readonly message: string;
}

export type Fields = Readonly<Record<string, unknown>>;

/** One JSON object with its newline. A field that JSON cannot hold is left out, and the line says so. */
export function jsonLine({ time, level, target, message }: LineHead, fields: Fields = {}): string {
  const head = { timestamp: new Date(time).toISOString(), level, target, message };
  try {
    // Twice: the first sets the order, the second keeps a field from taking the place of the head.
    return `${JSON.stringify({ ...head, ...fields, ...head })}\n`;
  } catch {
    return `${JSON.stringify({ ...head, unprintable: Object.keys(fields) })}\n`;
  }
}
