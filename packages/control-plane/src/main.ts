import { tiers } from '@kilometers/core/tiers.ts';
import { Command, Option } from 'commander';
import { type Config, ConfigError, readConfig } from './config.ts';

const program = new Command('km-control-plane').description(
  'The API that km talks to: keys, telemetry, risk, policies and audit of organisations.',
);

/** Each command loads what it needs, and no more. */
const admin = () => import('./commands/admin.ts');
const config = (): Config => readConfig(process.env);

program
  .command('serve')
  .description('Serves the API. Without DATABASE_URL, from an embedded database in KM_SERVER_DATA_DIR')
  .action(async () => (await import('./commands/serve.ts')).serve(config()));

program
  .command('migrate')
  .description('Brings the schema of the database up to date, and ends')
  .action(async () => (await admin()).migrateDatabase(config()));

const adminCommand = program.command('admin').description('What an operator does at the machine');

adminCommand
  .command('create-org')
  .description('Makes an organisation with its first owner; prints its id and a sign-in link')
  .requiredOption('--name <name>', 'how it is called')
  .requiredOption('--owner <email>', 'e-mail address of the first owner')
  .addOption(new Option('--tier <tier>', 'what it may do').choices([...tiers]).default('team'))
  .action(async (options) => (await admin()).createOrganisation(config(), options));

adminCommand
  .command('create-key')
  .description('Makes an API key; prints it, this once')
  .requiredOption('--org <id>', 'the organisation')
  .option('--name <name>', 'what it is for', 'made at the command line')
  .action(async ({ org, name }) => (await admin()).createKey(config(), org, name));

adminCommand
  .command('backup <file>')
  .description('Writes all that the database holds into one compressed file')
  .action(async (file) => (await import('./commands/backup.ts')).backup(config(), file));

adminCommand
  .command('restore <file>')
  .description('Brings a backup into an empty database')
  .action(async (file) => (await import('./commands/backup.ts')).restore(config(), file));

program.parseAsync().catch((error: Error) => {
  const fix = error instanceof ConfigError ? 'fix: set it in the environment of the server\n' : '';
  process.stderr.write(`error: ${error.message}\n${fix}`);
  process.exitCode = error instanceof ConfigError ? 3 : 1;
});
