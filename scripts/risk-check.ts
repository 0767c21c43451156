import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { riskEval } from '../packages/km/src/commands/risk-eval.ts';
import { whatGotWorse } from '../packages/km/src/evaluation/compare.ts';

const help = `Measures the risk engine and compares it with the scorecard in the repository; exit status 1 where something got worse.

  npm run risk:check -- --data FOLDER

FOLDER holds the labelled texts (.jsonl) that the scorecard was measured on. A point of recall and a tenth of a point of false
alarms are let be. Where the engine got better, write a new scorecard:

  km risk eval --data FOLDER --out docs/reference/risk-scorecard.md`;

const scorecard = fileURLToPath(new URL('../docs/reference/risk-scorecard.md', import.meta.url));

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help === true || values.data === undefined) {
    console.log(help);
    process.exitCode = values.help === true ? 0 : 1;
    return;
  }
  const worse = whatGotWorse(readFileSync(scorecard, 'utf8'), await measure(values.data));
  console.log(worse.length === 0 ? 'Nothing got worse.' : worse.join('\n'));
  process.exitCode = worse.length === 0 ? 0 : 1;
}

async function measure(data: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-risk-check-'));
  try {
    const out = path.join(folder, 'card.md');
    await riskEval.run({ options: { data, out }, positionals: [], rest: undefined, env: {}, cwd: process.cwd() });
    return readFileSync(out, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
