/** The secrets of one user, kept by the system. */
export interface Keyring {
  /** Undefined when there is no such secret, and also while the keyring is locked: the two cannot be told apart. */
  get(name: string): Promise<string | undefined>;
  set(name: string, secret: string): Promise<void>;
  /** Fine when there is none. */
  remove(name: string): Promise<void>;
}

const service = 'ai.kilometers.km';
// The default on Linux falls back, without a word, to a store in the kernel that forgets everything at a restart.
const options = { linux: { store: 'secret-service' } } as const;

/**
 * The system's keyring: Keychain, Credential Manager, Secret Service. The only place that knows the library.
 *
 * Takes 4 MB and stays loaded, so a process that runs for long lets another one ask (`fetchSealKey`).
 * A keyring that hangs gives up after 2 s; what it throws has no codes, only words for a person.
 */
export async function systemKeyring(): Promise<Keyring> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  const entry = (name: string) => new AsyncEntry(service, name, options);
  return {
    get: async (name) => (await entry(name).getPassword()) ?? undefined,
    set: (name, secret) => entry(name).setPassword(secret),
    async remove(name) {
      await entry(name).deleteCredential();
    },
  };
}
