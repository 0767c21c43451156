import { diagnostics, type Logger } from './diagnostics.ts';
import { type LogLevel, readLevels } from './levels.ts';

interface Wishes {
  readonly level: LogLevel;
  /** What `KM_LOG` said. */
  readonly targets: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What km says about itself, on its stderr. */
export function stderrDiagnostics({ level, targets, env }: Wishes): (target: string) => Logger {
  const { stderr } = process;
  const terminal = stderr.isTTY === true;
  const { levels, ignored } = readLevels(level, targets);
  stderr.on('error', () => {}); // A reader that went away must not end km.
  const write = (line: string) => stderr.write(line);
  const speak = diagnostics({ levels, terminal, color: terminal && !env.NO_COLOR, write, now: Date.now });
  if (ignored.length > 0) speak('config').warn?.(`KM_LOG: ${ignored.join(', ')} is ignored: it wants target=level.`);
  return speak;
}
