import path from 'node:path';
import { loadConfig } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { PolicyFile } from '../policy/policy-file.ts';
import { policyFilesFor } from '../policy/read-policies.ts';
import type { Invocation } from './command.ts';

/** What every command about policies starts from. */
export interface PolicyPlaces {
  readonly settings: Settings['risk_analysis'];
  readonly configFolder: string;
  /** The file named, else those of user and project that are there. */
  readonly files: readonly PolicyFile[];
}

export async function policyPlaces({ env, cwd }: Invocation, named: string | undefined): Promise<PolicyPlaces> {
  const config = await loadConfig({ env, cwd });
  const configFolder = path.dirname(config.paths.configFile);
  return {
    settings: config.settings.risk_analysis,
    configFolder,
    files: policyFilesFor(named, configFolder, cwd),
  };
}
