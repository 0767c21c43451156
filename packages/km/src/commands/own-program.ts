/**
 * How to start this very km anew. The compiled executable is the program itself; Node has to be told which script it runs.
 */
export function ownProgram(): readonly string[] {
  const [, script = ''] = process.argv;
  return 'bun' in process.versions ? [process.execPath] : [process.execPath, script];
}
