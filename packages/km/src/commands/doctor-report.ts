import { homedir, release, totalmem } from 'node:os';
import { KmError } from '@kilometers/core/errors.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import type { Config } from '../config/load.ts';
import { settings, valueAt } from '../config/settings.ts';
import { writePrivate } from '../config/write-private.ts';
import type { Check } from '../doctor/check.ts';
import { lastRecords } from '../log/last.ts';
import { withSegments } from '../log/read.ts';
import { version } from '../version.ts';
import type { Invocation } from './command.ts';

const recordsMax = 50;

interface Reported {
  readonly invocation: Invocation;
  readonly config: Config | undefined;
  readonly checks: readonly Check[];
}

/**
 * Writes what helps somebody else to see what is wrong: versions, system, configuration, checks and the last records.
 * Redacted once more than what is on record: personal data too, and the name of the user's folder.
 *
 * @throws KmError `usage.unwritable`
 */
export async function writeReport(file: string, { invocation, config, checks }: Reported): Promise<void> {
  const redactor = createRedactor({ ...config?.settings.redact, personal: true });
  const report = {
    made_at: new Date().toISOString(),
    km: version,
    runtime: process.versions.bun === undefined ? `node ${process.versions.node}` : `bun ${process.versions.bun}`,
    system: { platform: process.platform, arch: process.arch, release: release(), memory_bytes: totalmem() },
    variables: Object.keys(invocation.env).filter((name) => name.startsWith('KM_')),
    configuration: config && shownSettings(config),
    checks,
    records: config ? await recordsOf(config.paths.logFile) : [],
  };
  const text = redactor.text(JSON.stringify(report, undefined, 2)).text;
  try {
    writePrivate(file, `${withoutHome(text, invocation.env)}\n`);
  } catch (cause) {
    throw new KmError('usage.unwritable', `The report ${file} cannot be written.`, { cause });
  }
}

function shownSettings({ settings: values, origins }: Config): Record<string, unknown> {
  const shown = [...settings.keys()].map((key) => [key, { value: valueAt(values, key), from: origins.get(key)?.from }]);
  return Object.fromEntries(shown) as Record<string, unknown>;
}

async function recordsOf(file: string): Promise<unknown[]> {
  const found: unknown[] = [];
  try {
    await withSegments(file, 0, async (segments) => {
      const skipped = { foreign: 0, unknownVersion: 0 };
      for (const line of await lastRecords(segments, recordsMax, () => true, {}, skipped))
        found.push(JSON.parse(line.toString()));
    });
  } catch {
    // A log that cannot be read is told by the checks.
  }
  return found;
}

function withoutHome(text: string, env: Invocation['env']): string {
  const home = env.HOME || env.USERPROFILE || homedir();
  return home.length > 1 ? text.replaceAll(JSON.stringify(home).slice(1, -1), '~') : text;
}
