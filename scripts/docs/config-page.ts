import { toJsonSchema } from '@valibot/to-json-schema';
import { configVersion } from '../../packages/km/src/config/config-version.ts';
import { Settings, settings } from '../../packages/km/src/config/settings.ts';
import { code, page, table } from './markdown.ts';

const introduction = `\`~/.config/km/config.json\`, or \`%APPDATA%\\km\\config.json\` on Windows; \`km config path\` prints it. \`XDG_CONFIG_HOME\` and
\`KM_CONFIG_DIR\` are respected. Comments and trailing commas are allowed. Durations are seconds and may have fractions; sizes are
bytes. [config.schema.json](config.schema.json) tells editors the same: name it in \`"$schema"\`.

A flag stands over the environment, the environment over \`.env\` in the working folder, \`.env\` over the file, the file over the
default. \`km config show\` prints each value with where it came from.`;

const environment: readonly (readonly string[])[] = [
  ['KM_API_KEY', 'API key. Never written anywhere, and not passed on to the server.', 'yes'],
  ['KM_API_URL', '`api_url`', 'no'],
  ['KM_DEFAULT_TIER', '`default_tier`', 'no'],
  ['KM_LOG_LEVEL', '`log_level`', 'yes'],
  ['KM_LOG', 'Levels by part of km: `proxy=debug,log=trace`.', 'yes'],
  ['KM_CONFIG_DIR', 'Folder of the configuration file.', 'no'],
  ['KM_DATA_DIR', 'Folder of the log; else `~/.local/share/km`, or `%APPDATA%\\km`.', 'no'],
  ['KM_BACKTRACE', '`1` shows where in the code an error happened.', 'no'],
  ['NO_COLOR', 'Anything: no colours.', 'no'],
];

/** Every key and every variable. */
export function configPage(): string {
  const keys = [...settings].map(([key, { initial, wants, description }]) => [
    code(key),
    code(JSON.stringify(initial)),
    description,
    wants,
  ]);
  const body = [
    introduction,
    '## Keys',
    table(['key', 'default', 'meaning', 'takes'], keys),
    '## Environment',
    table(
      ['variable', 'meaning', 'in `.env`'],
      environment.map(([name = '', ...rest]) => [code(name), ...rest]),
    ),
    'Of `.env` in the working folder km reads only the variables marked so, because the folder may be a repository that somebody else wrote.',
  ];
  return page('Configuration', 'packages/km/src/config/settings.ts', body.join('\n\n'));
}

/** The JSON Schema that editors check the file with. */
export function configSchema(): string {
  // The checks that JSON Schema cannot say are made when km reads the file.
  const { properties, ...schema } = toJsonSchema(Settings, {
    typeMode: 'input',
    errorMode: 'ignore',
    ignoreActions: ['metadata'],
  });
  const own = {
    $schema: { type: 'string', description: 'Where this schema is.' },
    version: { type: 'integer', minimum: 1, default: configVersion, description: 'Version of the file.' },
  };
  return `${JSON.stringify({ ...schema, title: 'Configuration of km', properties: { ...own, ...properties } }, undefined, 2)}\n`;
}
