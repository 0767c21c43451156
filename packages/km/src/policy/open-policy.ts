import type { RuleSet } from '@kilometers/core/policy/compile-policy.ts';
import { composeSets } from '@kilometers/core/policy/compose-policy.ts';
import type { Policy } from '@kilometers/core/policy/policy.ts';
import { type PresetSettings, presetPolicy } from '@kilometers/core/policy/preset.ts';
import { type PolicyFile, policyFiles, stampOf } from './policy-file.ts';
import type { readPolicyFile } from './read-policy-file.ts';

/** Milliseconds between two looks at the files. */
const lookEvery = 1_000;

export interface PolicyPlace {
  /** Folder of the configuration file: the user's `policy.yaml` stands beside it. */
  readonly configFolder: string;
  /** The working folder, where the project's `.km/policy.yaml` may be. */
  readonly cwd: string;
  /** `risk_analysis` of the configuration. */
  readonly settings: PresetSettings;
  /** Milliseconds; only ever compared with itself. */
  readonly now: () => number;
  /** The text of the organisation's policy, where one is known already. */
  readonly organisation?: string | undefined;
  /** Hears a sentence about a policy file that changed and cannot be used. The rules before it hold on. */
  readonly onFault: (sentence: string) => void;
}

export interface OpenPolicy {
  /** Looks, at most every second and only when asked to decide, whether a file has changed. */
  readonly policy: Policy;
  /** True while somebody's rules hold: they may stop messages whatever the preset. */
  hasRules(): boolean;
  /**
   * Puts the policy of the organisation in the place of the one before; undefined takes it away.
   *
   * @throws KmError `policy.invalid`; the rules before it hold on.
   */
  tighten(text: string | undefined): Promise<void>;
  /** Is done when a file that appeared during the session has been read. */
  settled(): Promise<void>;
}

interface Source extends PolicyFile {
  stamp: string | undefined;
  rules: RuleSet | undefined;
}

/**
 * The policy of one session: settings, the user's rules and the project's.
 *
 * A file that changes is read again. One that is wrong then, or gone, changes nothing: a guard that could be taken away
 * by writing to it would be none.
 *
 * @throws KmError `policy.invalid`, `policy.unreadable`; missing files are fine, and one of the organisation is only told of.
 */
export async function openPolicy(place: PolicyPlace): Promise<OpenPolicy> {
  const { configFolder, cwd, settings, now, onFault } = place;
  const sources: Source[] = policyFiles(configFolder, cwd).map((file) => ({
    ...file,
    stamp: stampOf(file.path),
    rules: undefined,
  }));
  let read = sources.some(({ stamp }) => stamp !== undefined) ? (await loadReader()).readPolicyFile : undefined;
  for (const source of sources) if (source.stamp && read) source.rules = read(source);
  let organisation: RuleSet | undefined;
  const sets = () => [...sources.flatMap(({ rules }) => rules ?? []), ...(organisation ? [organisation] : [])];
  let policy = compose(settings, sets());
  const tighten = async (text: string | undefined): Promise<void> => {
    organisation = text === undefined ? undefined : (await loadReader()).readPolicyText(text, organisationsFile);
    policy = compose(settings, sets());
  };
  if (place.organisation !== undefined) {
    await tighten(place.organisation).catch((error: Error) => onFault(`${error.message} It is not used.`));
  }
  let nextLook = now() + lookEvery;
  let pending = Promise.resolve();

  const reload = (changed: readonly Source[], reader: typeof readPolicyFile): void => {
    for (const source of changed) readAgain(source, reader, onFault);
    policy = compose(settings, sets());
  };
  const look = (): void => {
    if (now() < nextLook) return;
    nextLook = now() + lookEvery;
    const changed = sources.filter((source) => hasChanged(source, onFault));
    if (changed.length === 0) return;
    if (read) reload(changed, read);
    else
      pending = loadReader().then((loaded) => {
        read = loaded.readPolicyFile;
        reload(changed, read);
      });
  };
  return {
    settled: () => pending,
    hasRules: () => sets().length > 0,
    tighten,
    policy: {
      get onFailure() {
        return policy.onFailure;
      },
      decide(input) {
        look();
        return policy.decide(input);
      },
    },
  };
}

/** What a problem in it is told of as. */
const organisationsFile = { origin: 'organisation', path: 'policy of the organisation' } as const;

function loadReader() {
  return import('./read-policy-file.ts');
}

function compose(settings: PresetSettings, sets: readonly RuleSet[]): Policy {
  return sets.length > 0 ? composeSets(settings, sets) : presetPolicy(settings);
}

/** Takes note of the new state whatever becomes of it, so that each is told of once. */
function hasChanged(source: Source, onFault: (sentence: string) => void): boolean {
  const stamp = stampOf(source.path);
  if (stamp === source.stamp) return false;
  source.stamp = stamp;
  if (stamp !== undefined) return true;
  onFault(`The policy ${source.path} is gone; its rules hold on until the end of this run.`);
  return false;
}

function readAgain(source: Source, read: typeof readPolicyFile, onFault: (sentence: string) => void): void {
  try {
    source.rules = read(source);
  } catch (error) {
    const holds = source.rules ? 'The rules before it hold on.' : 'It is not used.';
    onFault(`${(error as Error).message} ${holds}`);
  }
}
