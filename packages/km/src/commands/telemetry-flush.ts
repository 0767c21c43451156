import { KmError } from '@kilometers/core/errors.ts';
import { knownTier } from '../account/known-tier.ts';
import { wordsFor } from '../cli/words.ts';
import { loadConfig } from '../config/load.ts';
import { outboxPlaces } from '../outbox/places.ts';
import { readOutbox } from '../outbox/read-outbox.ts';
import { newRunId } from '../proxy/run-id.ts';
import type { Command, Invocation } from './command.ts';
import { tell } from './log-options.ts';
import { openSession } from './open-session.ts';
import { bindingOf, openOutbox } from './run-outbox.ts';
import { mayTell } from './run-telemetry.ts';

export const telemetryFlush: Command = {
  name: 'telemetry flush',
  summary: 'Send the events that ended sessions have left, now',
  usage: '',
  options: {},
  examples: ['km telemetry flush'],
  async run(invocation) {
    wordsFor('km telemetry flush', invocation.positionals, 0);
    const { sent, known, refused } = await flush(invocation);
    process.stdout.write(`${sent} events sent${known > 0 ? `, ${known} were known already` : ''}.\n`);
    if (refused > 0) tell(invocation, `${refused} events were refused: \`km telemetry status\` says where they are.`);
    return 0;
  },
};

/** @throws KmError `account.no-key`, `account.not-entitled`, `telemetry.unsent` */
async function flush(invocation: Invocation) {
  const { env, cwd } = invocation;
  const config = await loadConfig({ env, cwd });
  if (!config.settings.telemetry.enabled)
    throw new KmError('telemetry.off', 'Nothing is sent while it is switched off.');
  const say = (text: string) => tell(invocation, text);
  const plan = { config, tier: await knownTier(config, Date.now()), localOnly: false };
  const account = await openSession({ plan, env, note: () => {}, warn: say });
  const token = await account.accessToken();
  if (token === undefined) throw new KmError('account.no-key', 'Nobody is signed in, so nothing is sent.');
  if (!mayTell(account)) throw new KmError('account.not-entitled', `The tier ${account.tier.tier} has no telemetry.`);
  const outbox = await openOutbox({
    config,
    run: newRunId(Date.now()),
    token: (refused) => account.accessToken(refused),
    mayTell: () => mayTell(account),
    onFault: say,
  });
  await outbox.flush();
  const { counts, trouble } = outbox;
  await outbox.close(0);
  account.close();
  const { batches } = await readOutbox(outboxPlaces(config.paths.dataFolder), await bindingOf(config), Date.now());
  const left = batches.filter(({ alive }) => !alive).reduce((sum, { lines }) => sum + lines.length, 0);
  if (left > 0)
    throw new KmError('telemetry.unsent', `${left} events still wait: ${trouble ?? 'another km sends them'}`);
  return { sent: counts.sent, known: counts.duplicates, refused: counts.refused };
}
