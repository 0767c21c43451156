import type { Policy } from '@kilometers/core/policy/policy.ts';
import { type PresetSettings, presetPolicy } from '@kilometers/core/policy/preset.ts';

export interface PolicyPlace {
  /** Folder of the configuration file: the user's `policy.yaml` stands beside it. */
  readonly configFolder: string;
  /** The working folder, where the project's `.km/policy.yaml` may be. */
  readonly cwd: string;
  /** `risk_analysis` of the configuration. */
  readonly settings: PresetSettings;
  /** Milliseconds; only ever compared with itself. */
  readonly now: () => number;
  /** Hears a sentence about a policy file that changed and cannot be used. The rules before it hold on. */
  readonly onFault: (sentence: string) => void;
}

export interface OpenPolicy {
  readonly policy: Policy;
  close(): void;
}

/** The policy of one session: the preset of the settings. */
export async function openPolicy({ settings }: PolicyPlace): Promise<OpenPolicy> {
  return { policy: presetPolicy(settings), close: () => {} };
}
