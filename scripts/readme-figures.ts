/** Puts the figures of bench/results.json between the marks in README.md, so that no speed in it was typed by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Results, short } from '../bench/report.ts';
import type { Figure } from '../bench/rounds.ts';

const help = `Usage: tsx scripts/readme-figures.ts [--check]

  --check  changes nothing; fails when README.md does not say what bench/results.json does`;

const root = path.resolve(import.meta.dirname, '..');
const block = /<!-- figures -->.*?<!-- \/figures -->/s;

/** What README.md names: a measure, its unit, the words for it. */
const rows: readonly { measure: string; unit: string; says: string }[] = [
  { measure: 'first answer', unit: 'ms', says: 'start to first answer' },
  { measure: 'round trip 1 KB p50', unit: 'µs', says: 'round trip of 1 KB, p50' },
  { measure: 'round trip 1 KB p99', unit: 'µs', says: 'round trip of 1 KB, p99' },
  { measure: 'throughput 1 KB, 64 open', unit: 'messages/s', says: 'calls of 1 KB a second' },
  { measure: 'each of 10 idle, private', unit: 'MB', says: 'private memory, each of ten idle' },
];
const ways = ['direct', 'relay', 'km (node)', 'km (executable)', 'naive'];

function main(): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(help);
    return;
  }
  const readme = path.join(root, 'README.md');
  const before = readFileSync(readme, 'utf8');
  if (!block.test(before)) throw new Error('README.md has no <!-- figures --> … <!-- /figures --> block.');
  const results = JSON.parse(readFileSync(path.join(root, 'bench/results.json'), 'utf8')) as Results; // written by the bench
  const after = before.replace(block, () => `<!-- figures -->\n${figuresOf(results)}\n<!-- /figures -->`);
  if (before === after) return;
  if (!values.check) {
    writeFileSync(readme, after);
    return;
  }
  console.error('README.md does not say what bench/results.json does: run `npx tsx scripts/readme-figures.ts`.');
  process.exitCode = 1;
}

function figuresOf({ machine, figures }: Results): string {
  const present = ways.filter((way) => figures.some(({ candidate }) => candidate === way));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...present]),
    line(['---', ...present.map(() => '---:')]),
    ...rows.map(({ measure, unit, says }) =>
      line([
        says,
        ...present.map((way) =>
          cell(
            figures.find((figure) => figure.measure === measure && figure.unit === unit && figure.candidate === way),
          ),
        ),
      ]),
    ),
    '',
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; all figures and how they were taken: [bench/RESULTS.md](bench/RESULTS.md).`,
  ].join('\n');
}

function cell(figure: Figure | undefined): string {
  return figure === undefined ? '' : `${short(figure.median)} ${figure.unit.replace('messages/s', '/s')}`;
}

main();
