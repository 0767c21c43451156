import path from 'node:path';
import type { Filter } from '../pipeline/filter.ts';
import type { Installed } from './manifest.ts';
import { pluginFilter } from './plugin-filter.ts';
import { entryOf, isAsAdded, readRegister } from './register.ts';

interface Parts {
  readonly dataFolder: string;
  /** Told once for each plugin that has something wrong with it. */
  readonly onFault: (message: string) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

/**
 * The plugins of this machine as filters, in the order in which they were added.
 *
 * One whose files are not as they were when it was added is not run. It stays in its place as a filter that fails, so that
 * its `onFailure` decides: taking a guard's files away must not open the gate.
 *
 * @throws KmError `plugin.register`
 */
export function openPlugins({ dataFolder, onFault, now }: Parts): readonly Filter[] {
  return readRegister(dataFolder).map((plugin) => {
    const file = entryOf(dataFolder, plugin.name);
    if (isAsAdded(plugin, path.dirname(file))) return pluginFilter({ plugin, file, onFault, now });
    const reason = `its files have changed since it was added; \`km plugin add ${plugin.from}\` adds it again`;
    onFault(`The plugin ${plugin.name} is not run: ${reason}.`);
    return failing(plugin, reason);
  });
}

function failing({ name, onFailure }: Installed, reason: string): Filter {
  return {
    name: `plugin:${name}`,
    onFailure,
    judge() {
      throw new Error(reason);
    },
  };
}
