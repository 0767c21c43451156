import type { Config } from '../config/load.ts';
import type { Environment } from '../config/paths.ts';
import { stderrDiagnostics } from '../diagnostics/stderr.ts';

/** Tells, on stderr, what of the configuration was ignored. */
export function sayWarnings({ settings, logTargets, warnings }: Config, env: Environment): void {
  const speak = stderrDiagnostics({ level: settings.log_level, targets: logTargets, env });
  for (const warning of warnings) speak('config').warn?.(warning);
}
