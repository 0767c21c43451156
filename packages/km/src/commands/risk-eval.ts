import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { createEngine, type Engine } from '@kilometers/core/risk/assess.ts';
import { loadModel } from '@kilometers/core/risk/model/load-model.ts';
import { type Surface, surfaces } from '@kilometers/core/risk/passage.ts';
import { disguises } from '../evaluation/disguise.ts';
import { measureGroups, measureSurfaces, type Scored } from '../evaluation/measure.ts';
import { type DisguiseFigures, type Scorecard, scorecardPage } from '../evaluation/scorecard.ts';
import type { Command } from './command.ts';

export const riskEval: Command = {
  name: 'risk eval',
  summary: 'Measure the risk engine on labelled texts',
  usage: '--data DIR [--out FILE]',
  options: {
    data: {
      type: 'string',
      value: 'DIR',
      help: 'Folder of .jsonl files: a line has surface, text, label (1 for an attack), source and category',
    },
    out: { type: 'string', value: 'FILE', help: 'Write the scorecard there instead of printing it' },
  },
  examples: ['km risk eval --data labelled', 'km risk eval --data labelled --out scorecard.md'],
  async run({ options: { data, out }, cwd }) {
    if (typeof data !== 'string') throw new KmError('usage.bad-value', '`km risk eval` needs --data and a folder.');
    const page = scorecardPage(
      evaluate(await readLabelled(path.resolve(cwd, data)), createEngine({ model: await loadModel() })),
    );
    if (typeof out === 'string') await writeFile(path.resolve(cwd, out), page);
    else process.stdout.write(page);
    return 0;
  },
};

interface Labelled {
  readonly surface: Surface;
  readonly text: string;
  readonly source: string;
  readonly category: string;
  readonly isAttack: boolean;
}

async function readLabelled(folder: string): Promise<readonly Labelled[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
    const files = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
    return files.flatMap((file, index) => labelledOf(file, names[index] as string));
  } catch (cause) {
    if (cause instanceof KmError) throw cause;
    throw new KmError('usage.unreadable', `${folder} cannot be read.`, { cause });
  }
}

function labelledOf(file: string, name: string): readonly Labelled[] {
  const lines = file.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const row = rowOf(line);
    if (row === undefined) {
      throw new KmError(
        'usage.bad-value',
        `${name}, line ${index + 1}: expected {"surface", "text", "label", "source", "category"}.`,
      );
    }
    return row;
  });
}

function rowOf(line: string): Labelled | undefined {
  try {
    const { surface, text, label, source = '', category = '' } = JSON.parse(line) as Record<string, unknown>;
    const known = surfaceOf(surface);
    if (known === undefined || typeof text !== 'string' || (label !== 0 && label !== 1)) return undefined;
    return { surface: known, text, source: String(source), category: String(category), isAttack: label === 1 };
  } catch {
    return undefined; // Said by the caller, who knows the file and the line.
  }
}

/** What servers say of themselves is read like the descriptions of their tools. */
function surfaceOf(value: unknown): Surface | undefined {
  return value === 'server_description' ? 'tool_description' : surfaces.find((surface) => surface === value);
}

function evaluate(rows: readonly Labelled[], engine: Engine): Scorecard {
  const start = process.cpuUsage(); // Of the processor: what else runs on the machine is not counted.
  const scored = rows.map((row): Scored => ({ ...row, score: scoreOf(engine, row) }));
  const micros = process.cpuUsage(start).user;
  const characters = rows.reduce((sum, { text }) => sum + text.length, 0);
  const plainly = rows.filter((row, index) => isWords(row) && row.isAttack && (scored[index]?.score ?? 0) >= 0.4);
  return {
    rows: rows.length,
    surfaces: measureSurfaces(scored),
    sources: measureGroups(scored, ({ source }) => source.split(':')[0] as string),
    categories: measureGroups(scored, ({ source, category }) => `${source.split(':')[0]}: ${category.split(':')[0]}`),
    disguises: disguisesOf(engine, plainly),
    microsPerThousand: characters === 0 ? 0 : (micros / characters) * 1_000,
  };
}

const isWords = ({ surface }: Labelled) => surface === 'tool_description' || surface === 'tool_result';

function disguisesOf(engine: Engine, rows: readonly Labelled[]): readonly DisguiseFigures[] {
  return Object.entries(disguises).map(([disguise, write]) => {
    const found = rows.filter((row) => scoreOf(engine, { ...row, text: write(row.text) }) >= 0.4);
    return { disguise, rows: rows.length, found: rows.length === 0 ? 0 : found.length / rows.length };
  });
}

const scoreOf = (engine: Engine, { surface, text }: Pick<Labelled, 'surface' | 'text'>) =>
  engine.assessText({ surface, text }).score;
