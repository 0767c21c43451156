import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { KmError } from '@kilometers/core/errors.ts';
import { decideByPreset, type Preset, presets } from '@kilometers/core/policy/preset.ts';
import { createEngine } from '@kilometers/core/risk/assess.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import { loadModel } from '@kilometers/core/risk/model/load-model.ts';
import { surfaces } from '@kilometers/core/risk/passage.ts';
import { loadConfig } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { Command, Invocation } from './command.ts';
import { explainText } from './explain-text.ts';
import { one } from './log-options.ts';
import { Output } from './output.ts';
import { type Judged, readRiskItem } from './risk-item.ts';
import { singleJudge, verdictOf } from './score-line.ts';

export const riskExplain: Command = {
  name: 'risk explain',
  summary: 'Show what is found in a text or a message, and how its score comes about',
  usage: '[options] [TEXT|-]',
  options: {
    surface: { type: 'string', value: 'NAME', help: `What the text is: ${surfaces.join(', ')} (tool_result)` },
    key: { type: 'string', value: 'NAME', help: 'For tool_args: the name of the argument' },
    tool: { type: 'string', value: 'NAME', help: 'The tool that the text is said of, sent to or comes from' },
    file: { type: 'string', value: 'FILE', help: 'Take the text from this file' },
    message: { type: 'string', value: 'JSON', help: 'Judge this JSON-RPC message instead; "dir" in it or --dir' },
    dir: { type: 'string', value: 'c2s|s2c', help: 'The way of the message; a request goes c2s, a response s2c' },
    json: { type: 'boolean', help: 'Print one JSON object' },
  },
  examples: [
    "km risk explain --surface shell 'rm -rf ~'",
    `km risk explain --message '{"id":1,"method":"tools/call","params":{"name":"run","arguments":{"command":"ls"}}}'`,
    'km risk explain --file README.md',
  ],
  async run(invocation) {
    const { options, env, cwd } = invocation;
    const item = await itemWanted(invocation);
    const { settings } = await loadConfig({ env, cwd });
    const assessment = singleJudge(createEngine({ model: settings.risk_analysis.model ? await loadModel() : [] }))(
      item,
    );
    const actions = actionsOf(assessment, settings);
    const output = new Output(process.stdout);
    const explained = { assessment, actions, textAt: (pointer: string) => textAt(item, pointer) };
    output.text(options.json === true ? json(assessment, actions) : explainText(explained));
    await output.flush();
    return 0;
  },
};

function json(assessment: Assessment, actions: Readonly<Record<Preset, string>>): string {
  const { recommendation, unjudged } = assessment;
  const suggestions = assessment.findings.map(({ suggestion }) => suggestion ?? null);
  const all = {
    ...verdictOf(assessment),
    recommendation,
    ...(unjudged && { unjudged }),
    suggestions,
    presets: actions,
  };
  return `${JSON.stringify(all, undefined, 2)}\n`;
}

async function itemWanted(invocation: Invocation): Promise<Judged> {
  const { options } = invocation;
  const message = one(options.message);
  const line = message === undefined ? await textLine(invocation) : messageLine(message, one(options.dir));
  const item = readRiskItem(line);
  if (item.kind === 'none') throw new KmError('usage.bad-value', item.error);
  return item;
}

/** A message that does not say its way goes the usual one: clients ask, servers answer. */
function messageLine(message: string, dir: string | undefined): string {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch (cause) {
    throw new KmError('usage.bad-value', '--message takes a JSON-RPC message; this is not JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null) return message;
  const usual = 'method' in value ? 'c2s' : 's2c';
  return JSON.stringify({ dir: usual, ...value, ...(dir !== undefined && { dir }) });
}

async function textLine(invocation: Invocation): Promise<string> {
  const { options } = invocation;
  const { surface = 'tool_result', key, tool } = options;
  return JSON.stringify({ surface, text: await textWanted(invocation), key, tool });
}

async function textWanted({ options, positionals, cwd }: Invocation): Promise<string> {
  const file = one(options.file);
  const words = positionals.join(' ');
  if (file === undefined && words === '') throw new KmError('usage.bad-value', 'There is no text to judge.');
  if (file === undefined) return words === '-' ? readAll(process.stdin) : words;
  try {
    return await readFile(path.resolve(cwd, file), 'utf8');
  } catch (cause) {
    throw new KmError('usage.unreadable', `${file} cannot be read.`, { cause });
  }
}

/** What each preset makes of it, with the rest of the settings as they are. */
function actionsOf(assessment: Assessment, { risk_analysis: own }: Settings): Readonly<Record<Preset, string>> {
  const action = (preset: Preset) => {
    const { action: name, tags } = decideByPreset({ ...own, preset }, assessment);
    return name === 'tag' ? `allow, and note ${tags.join(', ')}` : name;
  };
  // One entry for each preset, because it is made from their list.
  return Object.fromEntries(presets.map((preset) => [preset, action(preset)])) as Record<Preset, string>;
}

/** The string that a JSON pointer names. */
function textAt(item: Judged, pointer: string): string | undefined {
  if (item.kind === 'text') return item.passage.text;
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let value: unknown = item.subject.rpc;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return typeof value === 'string' ? value : undefined;
}
