import type { Config } from '../config/load.ts';
import type { KeyedSeal } from '../log/keyed-seal.ts';
import type { Invocation } from './command.ts';

/** The client starts all its servers at once; the keyring is asked when that is over, and not by all in one moment. */
const laterMs = 1_000;
const spreadMs = 1_000;

export interface Sealing {
  readonly env: Invocation['env'];
  readonly config: Config;
  readonly sealWith: (seal: KeyedSeal) => void;
}

/** Asks for a seal for one log. Call what it returns at the log's end. */
export type SealLater = (sealWith: Sealing['sealWith']) => () => void;

/** Seals a log as soon as the keyring gives its key, and keeps nothing waiting for it. Call what it returns at the end. */
export function sealLater({ env, config, sealWith }: Sealing): () => void {
  const ending = new AbortController();
  const fetch = async (): Promise<void> => {
    // Loaded only now, for the sake of the start.
    const { fetchSeal } = await import('./fetch-seal.ts');
    const { stderrDiagnostics } = await import('../diagnostics/stderr.ts');
    const { debug } = stderrDiagnostics({ level: config.settings.log_level, targets: config.logTargets, env })('log');
    const onNone = (reason: string): void => {
      if (!ending.signal.aborted) debug?.(`The record is not sealed: ${reason}`);
    };
    const seal = await fetchSeal({ env, make: true, signal: ending.signal, onNone });
    if (seal !== undefined && !ending.signal.aborted) sealWith(seal);
  };
  const timer = setTimeout(() => void fetch(), laterMs + Math.random() * spreadMs).unref();
  return () => {
    clearTimeout(timer);
    ending.abort();
  };
}

/**
 * The same for all logs of a process: the keyring is asked once, however many sessions there are, and later logs are sealed
 * at once.
 */
export function sealTogether(parts: Omit<Sealing, 'sealWith'>): SealLater {
  const waiting = new Set<Sealing['sealWith']>();
  let known: KeyedSeal | undefined;
  let asked = false;
  const sealWith = (seal: KeyedSeal): void => {
    known = seal;
    for (const take of waiting) take(seal);
    waiting.clear();
  };
  return (take) => {
    if (known) take(known);
    else waiting.add(take);
    if (!asked) sealLater({ ...parts, sealWith });
    asked = true;
    return () => void waiting.delete(take);
  };
}
