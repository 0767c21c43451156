import { homedir } from 'node:os';
import { KmError } from '@kilometers/core/errors.ts';
import { findKey } from '../account/key-source.ts';
import { isGenuine } from '../account/keys-file.ts';
import { readToken } from '../account/read-token.ts';
import { tokenFileOf } from '../account/renew.ts';
import { readTlsFiles } from '../account/tls-files.ts';
import { wordsFor } from '../cli/words.ts';
import { findConfigs } from '../clients/find-configs.ts';
import { type Config, loadConfig } from '../config/load.ts';
import { type Check, good, note, wrong } from '../doctor/check.ts';
import { checkAccount } from '../doctor/check-account.ts';
import { checkClients } from '../doctor/check-clients.ts';
import { checkPlaces } from '../doctor/check-places.ts';
import { describeCause } from '../errors/system-error.ts';
import { version } from '../version.ts';
import { accountParts } from './account-parts.ts';
import type { Command, Invocation } from './command.ts';
import { one } from './log-options.ts';

/** A keyring that hangs keeps the process alive, though nobody waits for it any more. */
const leaveMs = 500;

export const doctor: Command = {
  name: 'doctor',
  summary: 'Look for what is wrong, and say what to do',
  usage: '[options]',
  options: {
    json: { type: 'boolean', help: 'Print one JSON object' },
    report: { type: 'string', value: 'FILE', help: 'Also write all of it, redacted, to a file for asking for help' },
  },
  examples: ['km doctor', 'km doctor --report km-report.json'],
  async run(invocation) {
    wordsFor('km doctor', invocation.positionals, 0);
    const { config, checks } = await look(invocation);
    const report = one(invocation.options.report);
    if (report !== undefined) {
      const { writeReport } = await import('./doctor-report.ts');
      await writeReport(report, { invocation, config, checks });
    }
    process.stdout.write(invocation.options.json === true ? inJson(checks) : inLines(checks));
    if (report !== undefined && invocation.options.json !== true)
      process.stdout.write(`\nThe report is in ${report}. Look through it before you send it.\n`);
    const status = checks.some(({ state }) => state === 'wrong') ? 1 : 0;
    setTimeout(() => process.exit(status), leaveMs).unref();
    return status;
  },
};

async function look({ env, cwd }: Invocation): Promise<{ config: Config | undefined; checks: readonly Check[] }> {
  const own = good('km', `${version}, ${runtime()}, ${process.platform} ${process.arch}`);
  try {
    const config = await loadConfig({ env, cwd });
    const checks = [
      own,
      ...checkConfig(config),
      ...(await checkPlaces(config.paths)),
      ...(await lookAtAccount(config, env)),
      ...(await lookAtClients(env, cwd)),
    ];
    return { config, checks };
  } catch (error) {
    if (!(error instanceof KmError)) throw error;
    return { config: undefined, checks: [own, wrong('configuration', error.message, error.fix)] };
  }
}

function runtime(): string {
  const { bun, node } = process.versions;
  return bun === undefined ? `Node ${node}` : `Bun ${bun}`;
}

function checkConfig({ warnings, paths }: Config): Check[] {
  const found = warnings.map((warning) => note('configuration', warning));
  return found.length > 0 ? found : [good('configuration', paths.configFile)];
}

async function lookAtAccount(config: Config, env: Invocation['env']): Promise<Check[]> {
  const { files, origin, client, openVault } = accountParts(config, env);
  const source = await findKey(config);
  return checkAccount({
    ...{ settings: config.settings, source, origin, client, openVault },
    kept: source.kind === 'none' ? undefined : readToken(tokenFileOf(source, files.folder)),
    tls: readTlsFiles(config.settings),
    isGenuine: ({ jwt }) => isGenuine(jwt, { file: files.keys, origin, fetch: undefined }),
    now: Date.now(),
  });
}

async function lookAtClients(env: Invocation['env'], cwd: string): Promise<Check[]> {
  try {
    const home = env.HOME || env.USERPROFILE || homedir();
    return checkClients(await findConfigs({ platform: process.platform, home, project: cwd, env }, { project: false }));
  } catch (error) {
    return [note('clients', `They could not be looked for: ${describeCause(error)}.`)];
  }
}

function inJson(checks: readonly Check[]): string {
  return `${JSON.stringify({ ok: checks.every(({ state }) => state !== 'wrong'), checks }, undefined, 2)}\n`;
}

const signs = { good: 'ok   ', note: 'note ', wrong: 'WRONG' } as const;

function inLines(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const line = ({ name, state, says, fix }: Check) => {
    const indent = ' '.repeat(width + 8);
    return `${signs[state]}  ${name.padEnd(width)} ${says}${fix === undefined ? '' : `\n${indent}→ ${fix}`}\n`;
  };
  return checks.map(line).join('');
}
