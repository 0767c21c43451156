import { KmError } from '@kilometers/core/errors.ts';
import { wordsFor } from '../cli/words.ts';
import { visible } from '../log/table.ts';
import type { Command, Invocation } from './command.ts';
import { findTool, openToolBook, type ToolRow, toolsOfServer } from './known-tools.ts';
import { one } from './log-options.ts';

export const toolsApprove: Command = {
  name: 'tools approve',
  summary: 'Accept a tool as it was listed last',
  usage: '[options] NAME[@SERVER]',
  options: {
    all: { type: 'boolean', help: 'Every tool of one server' },
    server: { type: 'string', value: 'NAME', help: 'The server, with --all' },
    json: { type: 'boolean', help: 'Print one JSON array' },
  },
  examples: ['km tools approve read_file@files', 'km tools approve --all --server files'],
  async run(invocation) {
    const book = await openToolBook(invocation);
    const rows = chosen(invocation, book.rows);
    await book.answer(rows, 'approved');
    const names = rows.map(({ known, server }) => `${known.tool}@${server}`);
    const text = names.map((name) => `Approved ${visible(name)}. Sessions that run know it at once.\n`).join('');
    process.stdout.write(invocation.options.json === true ? `${JSON.stringify(names)}\n` : text);
    return 0;
  },
};

function chosen({ options, positionals }: Invocation, rows: readonly ToolRow[]): readonly ToolRow[] {
  const server = one(options.server);
  if (options.all === true) {
    wordsFor('km tools approve --all --server NAME', positionals, 0);
    if (server !== undefined) return toolsOfServer(rows, server);
    throw new KmError('usage.bad-value', '--all wants a server.', {
      fix: 'Write `km tools approve --all --server NAME`.',
    });
  }
  const [word] = wordsFor('km tools approve NAME[@SERVER]', positionals, 1);
  return findTool(server === undefined ? rows : toolsOfServer(rows, server), word);
}
