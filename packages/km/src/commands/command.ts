/** One option of a command: what `node:util` parseArgs needs, and what help and reference print. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** How the value is called in help, such as `FILE`. */
  readonly value?: string;
  readonly help: string;
}

/** What a command was called with. Everything it may know of the world comes in here. */
export interface Invocation {
  readonly options: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  /** What stood after `--`, verbatim; undefined when there was no `--`. */
  readonly rest: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** A command of km: its definition is its parser, its help and its page in the reference. */
export interface Command {
  /** As typed: `logs`, `config set`. */
  readonly name: string;
  /** One line, no full stop. */
  readonly summary: string;
  /** What follows the name, such as `[options] -- <command> [args...]`. */
  readonly usage: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly string[];
  /** What stands after `--` is a program to run; a word before it is then a mistake. */
  readonly takesProgram?: true;
  /** Ends with the exit status. Throws KmError for what the user should read. */
  run(invocation: Invocation): Promise<number>;
}
