import { knownTier } from '../account/known-tier.ts';
import { wordsFor } from '../cli/words.ts';
import { loadConfig } from '../config/load.ts';
import { size } from '../log/table.ts';
import { outboxPlaces } from '../outbox/places.ts';
import { type OutboxContent, readOutbox } from '../outbox/read-outbox.ts';
import { printable } from '../tui/printable.ts';
import type { Command } from './command.ts';
import { bindingOf } from './run-outbox.ts';
import { mayTell } from './run-telemetry.ts';

export const telemetryStatus: Command = {
  name: 'telemetry status',
  summary: 'Show whether anything is sent to the control plane, and what waits',
  usage: '[options]',
  options: { json: { type: 'boolean', help: 'Print one JSON object' } },
  examples: ['km telemetry status'],
  async run({ positionals, env, cwd, options }) {
    wordsFor('km telemetry status', positionals, 0);
    const config = await loadConfig({ env, cwd });
    const { telemetry, api_url } = config.settings;
    const places = outboxPlaces(config.paths.dataFolder);
    const content = await readOutbox(places, await bindingOf(config), Date.now());
    const tier = await knownTier(config, Date.now());
    const sends = telemetry.enabled && mayTell({ tier });
    const why = telemetry.enabled ? whyNot(tier.from) : 'telemetry.enabled is false';
    const state = {
      sends,
      ...(!sends && { why }),
      to: api_url,
      tier: tier.tier,
      ...figuresOf(content),
      refused_file: places.refused,
    };
    process.stdout.write(options.json === true ? `${JSON.stringify(state, undefined, 2)}\n` : inWords(state));
    return 0;
  },
};

function whyNot(from: string): string {
  return from === 'default' ? 'nobody is signed in' : 'the tier has no telemetry';
}

function figuresOf({ batches, bytesOfOthers, counts, troubles }: OutboxContent) {
  const events = (alive: boolean) =>
    batches.filter((one) => one.alive === alive).reduce((sum, { lines }) => sum + lines.length, 0);
  return {
    waiting: { in_running_kms: events(true), left_by_ended_kms: events(false), bytes_of_other_accounts: bytesOfOthers },
    ...counts,
    troubles,
  };
}

interface State extends ReturnType<typeof figuresOf> {
  readonly sends: boolean;
  readonly why?: string;
  readonly to: string;
  readonly tier: string;
  readonly refused_file: string;
}

function inWords(state: State): string {
  const { sends, why, to, tier, waiting, sent, duplicates, refused, dropped, troubles, refused_file } = state;
  const others = waiting.bytes_of_other_accounts;
  const rows: [string, string][] = [
    ['sending', sends ? `to ${to} (tier ${tier})` : `nothing: ${why}`],
    ['waiting', `${waiting.in_running_kms} in running km's, ${waiting.left_by_ended_kms} left by ended ones`],
    ...(others > 0
      ? [['', `${size(others)} of another account, which are not sent for this one`] as [string, string]]
      : []),
    ['sent', `${sent}${duplicates > 0 ? `, and ${duplicates} twice, which count once` : ''}`],
    ['refused', refused > 0 ? `${refused}, kept with the reason in ${refused_file}` : '0'],
    ['lost', `${dropped}`],
    ...troubles.map((trouble): [string, string] => ['trouble', printable(trouble)]),
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)} ${text}\n`).join('');
}
