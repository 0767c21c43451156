import { wordsFor } from '../cli/words.ts';
import { changesOf, linesOf } from '../knowledge/show-change.ts';
import { visible } from '../log/table.ts';
import type { Command } from './command.ts';
import { findTool, openToolBook, type ToolRow } from './known-tools.ts';

export const toolsShow: Command = {
  name: 'tools show',
  summary: 'Print what a tool says of itself, and what changed in it',
  usage: '[options] NAME[@SERVER]',
  options: { json: { type: 'boolean', help: 'Print one JSON array' } },
  examples: ['km tools show read_file', 'km tools show read_file@files'],
  async run({ options, positionals, env, cwd }) {
    const [word] = wordsFor('km tools show NAME[@SERVER]', positionals, 1);
    const rows = findTool((await openToolBook({ env, cwd })).rows, word);
    const text = options.json === true ? `${JSON.stringify(rows.map(detailsOf))}\n` : rows.map(inWords).join('\n');
    process.stdout.write(text);
    return 0;
  },
};

function detailsOf({ known, server, command, state }: ToolRow) {
  const { tool, pin, latest } = known;
  return { tool, server, command, state, pinned: pin.parts, latest: latest.parts, changes: changesOf(known) };
}

function inWords(row: ToolRow): string {
  const { known, server, command, state } = row;
  const head = visible(`${known.tool}@${server}`);
  return `${head}  ${state}\n${command === '' ? '' : `${visible(command)}\n`}\n${state === 'changed' || state === 'rejected' ? changes(row) : members(row)}`;
}

function changes({ known }: ToolRow): string {
  const texts = changesOf(known).map(({ member, lines }) => {
    const rows = lines.map(({ sign, text }) => `  ${sign} ${visible(text)}\n`);
    return `${member}:\n${rows.join('')}`;
  });
  return texts.length > 0 ? texts.join('') : members({ known });
}

function members({ known }: Pick<ToolRow, 'known'>): string {
  const names = Object.keys(known.latest.parts).filter((member) => member !== 'name');
  const texts = names.map((member) => {
    const rows = linesOf(known.latest, member).map((text) => `    ${visible(text)}\n`);
    return `${member}:\n${rows.join('')}`;
  });
  return texts.join('');
}
