/** From the gravest to the most talkative; each includes those before it. */
export const logLevels = ['error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What may speak, and how much. */
export interface Levels {
  readonly general: LogLevel;
  /** Where a part of km differs: `proxy`, `log`. */
  readonly byTarget: ReadonlyMap<string, LogLevel>;
}

/**
 * Reads `KM_LOG`: `proxy=debug,log=trace`; a level without a name is for all that are not named.
 *
 * @returns Also the pieces that make no sense; they change nothing.
 */
export function readLevels(general: LogLevel, text: string | undefined): { levels: Levels; ignored: string[] } {
  const byTarget = new Map<string, LogLevel>();
  const ignored: string[] = [];
  let base = general;
  for (const piece of (text ?? '').split(',').map((part) => part.trim())) {
    const [, target, level] = /^(?:([\w-]+)\s*=\s*)?(\w+)$/.exec(piece) ?? [];
    if (!isLevel(level)) ignored.push(piece);
    else if (target === undefined) base = level;
    else byTarget.set(target, level);
  }
  return { levels: { general: base, byTarget }, ignored: ignored.filter((piece) => piece !== '') };
}

function isLevel(text: string | undefined): text is LogLevel {
  return (logLevels as readonly (string | undefined)[]).includes(text);
}
