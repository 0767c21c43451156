export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** What the server says about itself: one JSON object a line. Bodies, tokens and keys are never among the fields. */
export type Log = (level: LogLevel, message: string, fields?: Fields) => void;

export function createLog(least: LogLevel, write: (line: string) => void, now: () => number = Date.now): Log {
  const most = logLevels.indexOf(least);
  return (level, message, fields = {}) => {
    if (logLevels.indexOf(level) > most) return;
    write(
      `${JSON.stringify({ timestamp: new Date(now()).toISOString(), level, target: 'control-plane', message, ...fields })}\n`,
    );
  };
}
