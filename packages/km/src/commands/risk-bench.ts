import path from 'node:path';
import { createEngine } from '@kilometers/core/risk/assess.ts';
import { loadModel } from '@kilometers/core/risk/model/load-model.ts';
import { type Surface, surfaces } from '@kilometers/core/risk/passage.ts';
import { wordsFor } from '../cli/words.ts';
import { benchData } from './bench-data.ts';
import { type BenchRow, benchEngine, linearity } from './bench-engine.ts';
import type { Command } from './command.ts';
import { choice, many, one } from './log-options.ts';
import { Output } from './output.ts';

export const riskBench: Command = {
  name: 'risk bench',
  summary: 'Measure how long judging takes, by kind of text and size',
  usage: '[options]',
  options: {
    surface: { type: 'string', multiple: true, value: 'NAME', help: 'Only this surface; without it all, and messages' },
    data: {
      type: 'string',
      value: 'FOLDER',
      help: 'Measure the texts of its *.jsonl files ("surface", "text") instead',
    },
    json: { type: 'boolean', help: 'Print one JSON object' },
  },
  examples: ['km risk bench', 'km risk bench --surface shell --json'],
  async run({ options, positionals, cwd }) {
    wordsFor('km risk bench', positionals, 0);
    // `choice` lets nothing else through.
    const wanted = choice('surface', many(options.surface), surfaces) as readonly Surface[] | undefined;
    const folder = one(options.data);
    const engine = createEngine({ model: await loadModel() });
    const now = () => performance.now();
    const output = new Output(process.stdout);
    const asJson = options.json === true;
    const rows: BenchRow[] = [];
    const show = async (row: BenchRow) => {
      rows.push(row);
      if (asJson) return true;
      if (rows.length === 1) output.text(heading);
      output.text(line(row));
      return output.flush();
    };
    const measured =
      folder === undefined
        ? benchEngine({ engine, surfaces: wanted, now, budgetMs: 100 })
        : await benchData(path.resolve(cwd, folder), engine, now);
    for (const row of measured) if (!(await show(row))) return 0;
    const ratios = folder === undefined ? ratiosOf(rows) : [];
    output.text(asJson ? json(rows, ratios) : ratioText(ratios));
    await output.flush();
    return 0;
  },
};

interface Ratio {
  readonly of: string;
  readonly ratio: number;
}

function ratiosOf(rows: readonly BenchRow[]): Ratio[] {
  return [...new Set(rows.map(({ of }) => of))].flatMap((of) => {
    const ratio = linearity(rows.filter((row) => row.of === of));
    return ratio === undefined ? [] : [{ of, ratio }];
  });
}

const heading = `${'of'.padEnd(18)}${['characters', 'runs', 'p50 µs', 'p99 µs', 'µs per 1,000'].map(cell).join('')}\n`;

function line({ of, chars, runs, p50Us, p99Us, usPer1000 }: BenchRow): string {
  const numbers = [chars.toLocaleString('en'), runs.toLocaleString('en'), us(p50Us), us(p99Us), us(usPer1000)];
  return `${of.padEnd(18)}${numbers.map(cell).join('')}\n`;
}

function cell(text: string): string {
  return text.padStart(14);
}

function us(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

function ratioText(ratios: readonly Ratio[]): string {
  if (ratios.length === 0) return '';
  const rows = ratios.map(({ of, ratio }) => `${of.padEnd(18)}${cell(ratio.toFixed(2))}\n`).join('');
  return `\nCost of a character in the longest text, compared with one a hundredth as long (1 is linear):\n${rows}`;
}

function json(rows: readonly BenchRow[], ratios: readonly Ratio[]): string {
  const plain = rows.map(({ of, chars, runs, p50Us, p99Us, usPer1000 }) => ({
    ...{ of, chars, runs, p50_us: round(p50Us), p99_us: round(p99Us), us_per_1000_chars: round(usPer1000) },
  }));
  const linear = Object.fromEntries(ratios.map(({ of, ratio }) => [of, round(ratio)]));
  return `${JSON.stringify({ rows: plain, linearity: linear }, undefined, 2)}\n`;
}

const round = (value: number): number => Number(value.toPrecision(4));
