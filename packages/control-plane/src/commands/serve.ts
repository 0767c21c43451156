import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import { migrate } from '../database/migrate.ts';
import { openDatabase } from '../database/open-database.ts';
import { keepTlsNew } from '../keep-tls-new.ts';
import { listen } from '../listen.ts';
import { createLog, type Log } from '../log.ts';
import { createServices } from '../services.ts';
import { startUpkeep } from '../upkeep.ts';
import { firstOwner } from './first-owner.ts';

/** Between saying "not ready" and closing: a load balancer has to notice. */
const noticeMs = 1_000;

/** Runs until a signal comes. Ready is said on stdout, once, for people and scripts that wait for it. */
export async function serve(config: Config): Promise<void> {
  const log = createLog(config.logLevel, (line) => process.stderr.write(line));
  const db = await openDatabase(config, log);
  const taken = await migrate(db);
  if (taken.length > 0) log('info', 'the schema was brought up to date', { steps: taken.join(', ') });
  let ready = true;
  const listening = await listen(config, (request, env) => app.fetch(request, env as never));
  // Where the system chose the port, nobody could have said it before.
  const publicUrl = config.port === 0 ? config.publicUrl.replace(/:0$/, `:${listening.port}`) : config.publicUrl;
  const services = createServices({ db, log, config: { ...config, publicUrl }, ready: () => ready });
  const app = createApp(services);
  const stopLooking = keepTlsNew(listening, log);
  const stopUpkeep = startUpkeep(services);
  const link = await firstOwner(services);
  const invitation = link === undefined ? '' : `Sign in as the first owner, once: ${link}\n`;
  // In one piece: whoever waits for the first line has the second with it.
  process.stdout.write(`km-control-plane listens at ${publicUrl}\n${invitation}`);
  await signalled(log);
  ready = false;
  await new Promise((resolve) => setTimeout(resolve, noticeMs));
  stopUpkeep();
  stopLooking();
  await listening.close();
  await services.live.close();
  await db.close();
  log('info', 'ended');
}

function signalled(log: Log): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        log('info', 'ending', { signal });
        resolve();
      });
    }
  });
}
