import { wordsFor } from '../cli/words.ts';
import { visible } from '../log/table.ts';
import type { Command } from './command.ts';
import { findTool, openToolBook } from './known-tools.ts';

export const toolsReject: Command = {
  name: 'tools reject',
  summary: 'Refuse a tool as it was listed last',
  usage: '[options] NAME[@SERVER]',
  options: { json: { type: 'boolean', help: 'Print one JSON array' } },
  examples: ['km tools reject read_file@files'],
  async run({ options, positionals, env, cwd }) {
    const [word] = wordsFor('km tools reject NAME[@SERVER]', positionals, 1);
    const book = await openToolBook({ env, cwd });
    const rows = findTool(book.rows, word);
    await book.answer(rows, 'rejected');
    const names = rows.map(({ known, server }) => `${known.tool}@${server}`);
    const text = names.map((name) => `Rejected ${visible(name)}. \`km tools approve\` takes that back.\n`).join('');
    process.stdout.write(options.json === true ? `${JSON.stringify(names)}\n` : text);
    return 0;
  },
};
