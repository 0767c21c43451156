import { wordsFor } from '../cli/words.ts';
import { type Config, loadConfig, type Origin } from '../config/load.ts';
import { settings, valueAt } from '../config/settings.ts';
import type { Command } from './command.ts';
import { sayWarnings } from './say-warnings.ts';

export const configShow: Command = {
  name: 'config show',
  summary: 'Print every setting, its value and where it came from',
  usage: '[options]',
  options: {
    json: { type: 'boolean', help: 'Print one object by key, with value and origin' },
    long: { type: 'boolean', short: 'l', help: 'Also print what each setting means and what it takes' },
  },
  examples: ['km config show', 'km config show --long', `km config show --json | jq '."log.max_size".value'`],
  async run({ options, positionals, env, cwd }) {
    wordsFor('km config show', positionals, 0);
    const config = await loadConfig({ env, cwd });
    sayWarnings(config, env);
    process.stdout.write(options.json === true ? showJson(config) : showTable(config, options.long === true));
    return 0;
  },
};

interface Shown {
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** Secrets are there, and masked. */
function* rows({ settings: values, origins, apiKey, apiKeyOrigin }: Config): Generator<Shown> {
  for (const key of settings.keys()) {
    const origin = origins.get(key);
    if (origin !== undefined) yield { key, value: valueAt(values, key), origin };
  }
  if (apiKey !== undefined && apiKeyOrigin !== undefined) yield { key: 'api_key', value: apiKey, origin: apiKeyOrigin };
}

function showJson(config: Config): string {
  const entries = [...rows(config)].map(({ key, value, origin }) => [key, { value, ...origin }]);
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`;
}

function showTable(config: Config, isLong: boolean): string {
  const cells = [...rows(config)].map(({ key, value, origin }) => ({
    key,
    value: inWords(value),
    from: source(origin),
  }));
  const keyWidth = Math.max(...cells.map(({ key }) => key.length));
  const valueWidth = Math.max(...cells.map(({ value }) => value.length));
  const line = ({ key, value, from }: (typeof cells)[number]) =>
    `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${from}\n${isLong ? meaning(key) : ''}`;
  return cells.map(line).join('');
}

function inWords(value: unknown): string {
  return typeof value === 'object' && Array.isArray(value) ? JSON.stringify(value) : String(value);
}

function source({ from, name }: Origin): string {
  return name === undefined ? from : `${from} ${name}`;
}

function meaning(key: string): string {
  const setting = settings.get(key);
  return setting === undefined ? '' : `    ${setting.description}\n    It wants ${setting.wants}.\n`;
}
