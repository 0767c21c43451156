import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { KmError } from '@kilometers/core/errors.ts';
import { createEngine, type Engine, type EngineParts } from '@kilometers/core/risk/assess.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import { loadModel } from '@kilometers/core/risk/model/load-model.ts';
import { knowledgeInMemory } from '../knowledge/open-knowledge.ts';
import { LineSplitter } from '../log/line-splitter.ts';
import type { Command } from './command.ts';
import { Output } from './output.ts';
import type { Judged } from './risk-item.ts';
import { scoreLine, singleJudge } from './score-line.ts';
import { sessionJudge } from './session-judge.ts';

export const riskScore: Command = {
  name: 'risk score',
  summary: 'Judge messages or texts, one JSON line each',
  usage: '[FILE|-]',
  options: {
    session: { type: 'boolean', help: 'Judge the messages as those of one session: by what came before them too' },
  },
  examples: [`km risk score <<< '{"surface":"shell","text":"rm -rf ~"}'`, 'km risk score messages.jsonl | jq .score'],
  async run({ positionals, options }) {
    const [file = '-', ...more] = positionals;
    if (more.length > 0) throw new KmError('usage.bad-value', '`km risk score` reads one file, or standard input.');
    const model = await loadModel();
    // Not earlier: a file that is not there is told at once, and somebody has to be listening by then.
    const source = file === '-' ? process.stdin : createReadStream(file);
    const judge =
      options.session === true ? sessionJudge(engineWithMemory(model)) : singleJudge(createEngine({ model }));
    return (await scoreAll(source, file, judge)) ? 0 : 1;
  },
};

function engineWithMemory(model: EngineParts['model'] = []): Engine {
  return createEngine({ model, knowledge: knowledgeInMemory(Date.now)({ name: 'session', command: '' }) });
}

/** True when every line could be judged. Memory does not grow with the input. */
async function scoreAll(source: Readable, name: string, judge: (item: Judged) => Assessment): Promise<boolean> {
  const output = new Output(process.stdout);
  let allJudged = true;
  const answer = (bytes: Buffer) => {
    const { line, judged } = scoreLine(judge, bytes.toString());
    allJudged &&= judged;
    output.text(`${line}\n`);
  };
  const lines = new LineSplitter((buffer, from, to) => answer(buffer.subarray(from, to)));
  for await (const chunk of readable(source, name)) {
    lines.push(chunk);
    if (!(await output.flush())) return allJudged;
  }
  const rest = lines.rest();
  if (rest) answer(rest);
  await output.flush();
  return allJudged;
}

async function* readable(source: Readable, name: string): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (cause) {
    throw new KmError('usage.unreadable', `${name} cannot be read.`, { cause });
  }
}
