import path from 'node:path';
import { commandHelp, overview } from './cli/help.ts';
import { readArguments, readOptions } from './cli/parse.ts';
import type { Command } from './commands/command.ts';
import { commandTable, shownCommands } from './commands/table.ts';
import { reportError } from './errors/report-error.ts';
import { version } from './version.ts';

const argv = process.argv.slice(2);

async function main(): Promise<number> {
  const names = commandTable.map(({ name }) => name);
  const request = readArguments(argv, names);
  if (request.kind === 'version') return print(`km ${version}\n`);
  if (request.kind === 'help') return print(await help(request.of));
  const command = await load(request.name);
  if (command === undefined) throw new Error(`The table has no command ${request.name}.`);
  if (command.takesProgram !== true) endWithTheReader();
  const { env } = process;
  const running = command.run({ ...readOptions(command, request.args, request.rest), env, cwd: workingFolder() });
  // The client may hold its end open for as long as it likes; and where the session failed, the program may still run.
  if (command.takesProgram === true) process.exit(await running.catch(report));
  return running;
}

/** A program runs in a folder that was deleted, so km does too; what is relative then starts from the root. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return path.parse(process.execPath).root;
  }
}

async function help(of: string | undefined): Promise<string> {
  const command = of === undefined ? undefined : await load(of);
  return command === undefined ? overview(shownCommands, of) : commandHelp(command);
}

async function load(name: string): Promise<Command | undefined> {
  return commandTable.find((entry) => entry.name === name)?.load();
}

function print(text: string): number {
  endWithTheReader();
  process.stdout.write(text);
  return 0;
}

/** `km logs | head`: when nobody reads any more, km ends without a word, like every other program in a pipe. */
function endWithTheReader(): void {
  process.stdout.on('error', () => process.exit(141));
}

function report(thrown: unknown): number {
  const end = argv.indexOf('--');
  const json = process.stderr.isTTY !== true || (end === -1 ? argv : argv.slice(0, end)).includes('--json');
  const { text, exit } = reportError(thrown, { json, backtrace: process.env.KM_BACKTRACE === '1', time: Date.now() });
  process.stderr.on('error', () => {}); // Where nobody reads errors, the exit status still tells.
  process.stderr.write(text);
  return exit;
}

// What is thrown outside of every promise ends km too, in the same words. A reaper sees to the server.
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (thrown: unknown) => process.exit(report(thrown)));
}

main()
  .catch(report)
  .then((status) => {
    process.exitCode = status;
  });
