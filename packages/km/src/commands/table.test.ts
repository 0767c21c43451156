import { expect, test } from 'vitest';
import { readArguments, readOptions } from '../cli/parse.ts';
import { commandTable } from './table.ts';

const names = commandTable.map(({ name }) => name);

test.each(commandTable)('$name is what the table says it is', async ({ name, summary, load }) => {
  const command = await load();
  expect([command.name, command.summary]).toEqual([name, summary]);
  expect(summary).toMatch(/^[A-Z][^\n]*[^.\s]$/);
});

test.each(commandTable)('the examples of $name are understood', async ({ name, load }) => {
  const command = await load();
  expect(command.examples.length).toBeGreaterThan(0);
  for (const example of command.examples) {
    const words = wordsOf(example);
    const request = readArguments(words.slice(words.indexOf('km') + 1), names);
    expect(request).toMatchObject({ kind: 'run', name });
    if (request.kind === 'run') readOptions(command, request.args, request.rest);
  }
});

test.each(commandTable)('no two options of $name share a letter', async ({ load }) => {
  const letters = Object.values((await load()).options).flatMap(({ short }) => short ?? []);
  expect([...letters, 'h']).toEqual([...new Set([...letters, 'h'])]);
});

/** What a shell makes of one command of a pipe. */
function wordsOf(line: string): string[] {
  const [own = ''] = line.split(' | ');
  return (own.match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
}
