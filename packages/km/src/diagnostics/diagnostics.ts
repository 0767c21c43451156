import { type Fields, jsonLine, type LineHead } from './json-line.ts';
import { type Levels, type LogLevel, logLevels } from './levels.ts';

type Say = (message: string, fields?: Fields) => void;

/**
 * What one part of km says about itself. A level that is off is undefined, so that `log.trace?.(…)` does not even make
 * its arguments.
 */
export type Logger = Readonly<Partial<Record<LogLevel, Say>>>;

export interface Manner {
  readonly levels: Levels;
  /** People read along: plain lines instead of JSON. */
  readonly terminal: boolean;
  readonly color: boolean;
  /** Takes one line with its newline. What it throws is swallowed: nobody is left to be told. */
  readonly write: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Gives each part of km its logger: `diagnostics(manner)('proxy')`. */
export function diagnostics(manner: Manner): (target: string) => Logger {
  return (target) => {
    const { levels } = manner;
    const most = logLevels.indexOf(levels.byTarget.get(target) ?? levels.general);
    return Object.fromEntries(logLevels.slice(0, most + 1).map((level) => [level, speaker(manner, target, level)]));
  };
}

function speaker({ terminal, color, write, now }: Manner, target: string, level: LogLevel): Say {
  return (message, fields) => {
    const head = { time: now(), level, target, message };
    try {
      write(terminal ? plainLine(head, fields, color) : jsonLine(head, fields));
    } catch {
      // A stderr that cannot be written must not stop the traffic, and there is no other place to say so.
    }
  };
}

const colors: Readonly<Record<LogLevel, number>> = { error: 31, warn: 33, info: 32, debug: 36, trace: 90 };

/** `14:30:15 warn  log: the disk is full {"lost":12}` */
function plainLine({ time, level, target, message }: LineHead, fields: Fields | undefined, color: boolean): string {
  const clock = new Date(time).toTimeString().slice(0, 8);
  const name = color ? `\u001b[${colors[level]}m${level.padEnd(5)}\u001b[0m` : level.padEnd(5);
  const rest = fields === undefined ? '' : ` ${JSON.stringify(fields)}`;
  return `${clock} ${name} ${target}: ${oneLine(message)}${rest}\n`;
}

/** Text from a server or a file may hold control characters that would repaint the terminal. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => JSON.stringify(char).slice(1, -1));
}
