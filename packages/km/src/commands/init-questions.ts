import { KmError } from '@kilometers/core/errors.ts';

/** What `km init` asks a person. */
export interface Asking {
  /** How to sign in. */
  way(): Promise<'key' | 'browser'>;
  key(): Promise<string>;
  /** Whether a key that there is may be replaced. */
  replace(hint: string): Promise<boolean>;
  /** Whether a file will do, as there is no keyring. */
  plainFile(why: string): Promise<boolean>;
}

/** Undefined where nobody can be asked. The library of prompts is loaded only where somebody is. */
export async function openAsking(canAsk: boolean): Promise<Asking | undefined> {
  if (!canAsk) return undefined;
  const { confirm, isCancel, password, select } = await import('@clack/prompts');
  const output = process.stderr;
  const answered = <T>(answer: T): Exclude<T, symbol> => {
    if (isCancel(answer)) throw new KmError('account.cancelled', 'You ended the sign-in; nothing was changed.');
    return answer as Exclude<T, symbol>; // The symbol says that it was cancelled.
  };
  return {
    way: async () =>
      answered(
        await select<'key' | 'browser'>({
          message: 'How do you want to sign in?',
          options: [
            { value: 'browser', label: 'In a browser' },
            { value: 'key', label: 'With an API key' },
          ],
          output,
        }),
      ),
    key: async () => answered(await password({ message: 'The API key (km_live_… or km_test_…)', output })),
    replace: async (hint) =>
      answered(
        await confirm({ message: `There is a key already (${hint}). Replace it?`, initialValue: false, output }),
      ),
    plainFile: async (why) =>
      answered(
        await confirm({
          message: `${why} Keep the key in a file that only you can read?`,
          initialValue: false,
          output,
        }),
      ),
  };
}
