import { changedMembers } from '@kilometers/core/risk/session/listed-tools.ts';
import { wordsFor } from '../cli/words.ts';
import { visible } from '../log/table.ts';
import type { Command } from './command.ts';
import { openToolBook, type ToolRow, toolsOfServer } from './known-tools.ts';
import { one } from './log-options.ts';

export const toolsList: Command = {
  name: 'tools list',
  summary: 'Print the tools that servers have listed, and which of them changed',
  usage: '[options]',
  options: {
    server: { type: 'string', value: 'NAME', help: 'Only those of this server' },
    changed: { type: 'boolean', help: 'Only those that changed and wait for approval' },
    json: { type: 'boolean', help: 'Print one JSON array' },
  },
  examples: ['km tools list --changed', 'km tools list --server files'],
  async run({ options, positionals, env, cwd }) {
    wordsFor('km tools list', positionals, 0);
    const { rows } = await openToolBook({ env, cwd });
    const server = one(options.server);
    const chosen = server === undefined ? rows : toolsOfServer(rows, server);
    const shown = chosen.filter(({ state }) => options.changed !== true || state === 'changed').map(summaryOf);
    process.stdout.write(options.json === true ? `${JSON.stringify(shown)}\n` : table(shown, options.changed === true));
    return 0;
  },
};

type Summary = ReturnType<typeof summaryOf>;

function summaryOf({ known, server, command, state }: ToolRow) {
  const changed = changedMembers(known.pin, known.latest);
  return { tool: known.tool, server, command, state, changed, seen: new Date(known.at).toISOString() };
}

function table(rows: readonly Summary[], onlyChanged: boolean): string {
  if (rows.length === 0 && onlyChanged) return 'No tool waits for approval.\n';
  if (rows.length === 0)
    return 'No tools are known yet: km notes them when a client lists them and risk analysis is on.\n';
  const width = Math.max(...rows.map(({ state }) => state.length));
  const lines = rows.map(({ tool, server, state, changed }) => {
    const what = changed.length > 0 ? `  (${changed.join(', ')})` : '';
    return `${state.padEnd(width)}  ${visible(`${tool}@${server}`)}${what}\n`;
  });
  return lines.sort().join('');
}
