import { commandHelp, overview } from '../../packages/km/src/cli/help.ts';
import { shownCommands } from '../../packages/km/src/commands/table.ts';
import { page } from './markdown.ts';

/** What `km --help` and `km X --help` print. */
export async function commandsPage(): Promise<string> {
  const sections = [fenced(overview(shownCommands))];
  for (const { name, load } of shownCommands) sections.push(`## km ${name}`, fenced(commandHelp(await load())));
  return page('Commands', 'the commands themselves', sections.join('\n\n'));
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
}
