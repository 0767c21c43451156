import type { Listening } from './listen.ts';
import type { Log } from './log.ts';

/** Programs that renew certificates rarely tell whom they concern. */
const everyMs = 60_000;

/**
 * Takes certificates that were renewed: looks once a minute, and at once on SIGHUP. Files that do not fit together, as in the
 * middle of a renewal, are said and tried again.
 */
export function keepTlsNew(listening: Pick<Listening, 'renewTls'>, log: Log): () => void {
  let said: string | undefined;
  const look = () => {
    try {
      if (listening.renewTls()) log('info', 'the certificate was renewed');
      said = undefined;
    } catch (cause) {
      const { message } = cause as Error; // Node throws nothing else.
      if (message !== said) log('warn', 'a renewed certificate cannot be used; the old one stays', { reason: message });
      said = message;
    }
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  process.on('SIGHUP', look);
  return () => {
    clearInterval(timer);
    process.off('SIGHUP', look);
  };
}
