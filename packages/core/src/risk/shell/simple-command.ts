/** One command as a shell would start it, with what stands around it. */
export interface SimpleCommand {
  /** Lower case, without folder and `.exe`. */
  readonly name: string;
  /** Quotes taken away; what the shell would put in (`$X`) stands as it was written. */
  readonly args: readonly string[];
  /** Where each argument stands in the outermost text; -1 where it stands in a text within the text. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
  readonly start: number;
  readonly end: number;
  /** Files that redirections write, and read. */
  readonly writes: readonly string[];
  readonly reads: readonly string[];
  /** Text given by `<<EOF` or `<<<`. */
  readonly input: string;
  /** Commands whose output this one takes: before it in the pipeline, or within its words. */
  readonly fedBy: readonly SimpleCommand[];
  /** Where `cd` has gone before; empty where the text does not tell. */
  readonly folder: string;
  /** Programs in front of it, such as `sudo`, `xargs`, `find`, `ssh`. */
  readonly through: readonly string[];
}

/** Options of one letter, apart or together (`-rf`), and long ones by their whole name. */
export function hasOption({ args }: SimpleCommand, letters: string, ...long: readonly string[]): boolean {
  return args.some((arg) =>
    arg.startsWith('--')
      ? long.includes(arg) || long.some((name) => arg.startsWith(`${name}=`))
      : long.includes(arg) || (/^-[a-z]+$/i.test(arg) && [...letters].some((letter) => arg.includes(letter))),
  );
}

/** Arguments that are no options. */
export function operands({ args }: SimpleCommand): string[] {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return [...options.filter((arg) => !/^-./.test(arg)), ...(end === -1 ? [] : args.slice(end + 1))];
}
