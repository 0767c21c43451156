import type { Command } from './command.ts';

/** What is known of a command before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  /** The same as the command's own; a test compares them. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order of `km --help`. Each is a file of its own, read only when it is called. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'config show',
    summary: 'Print every setting, its value and where it came from',
    load: async () => (await import('./config-show.ts')).configShow,
  },
  {
    name: 'config path',
    summary: 'Print where the configuration file is',
    load: async () => (await import('./config-path.ts')).configPath,
  },
];
