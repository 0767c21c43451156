import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { policyActions } from '@kilometers/core/policy/policy.ts';
import { createEngine } from '@kilometers/core/risk/assess.ts';
import { wordsFor } from '../cli/words.ts';
import { matcher } from '../log/query.ts';
import { readLog } from '../log/read.ts';
import { visible } from '../log/table.ts';
import { type Labels, readLabels } from '../policy/labels.ts';
import { readPolicies } from '../policy/read-policies.ts';
import { type Hit, Replay, type Replayed } from '../policy/replay.ts';
import type { Command, Invocation } from './command.ts';
import { fileOption, logFile, one, readQuery, scopeOptions, skippedNote, tell } from './log-options.ts';
import { Output } from './output.ts';
import { policyPlaces } from './policy-options.ts';

/** A terminal is to show what the policy does, not each time that it does so. */
const shownMax = 20;

export const policyTest: Command = {
  name: 'policy test',
  summary: 'Put what is on record before the policy: what would have been stopped',
  usage: '[options]',
  options: {
    policy: { type: 'string', value: 'FILE', help: 'Try this policy instead of those in use' },
    labels: {
      type: 'string',
      value: 'FILE',
      help: 'Count mistakes by these labels: JSON lines with run, seq and label (ok or bad)',
    },
    ...scopeOptions,
    json: { type: 'boolean', help: 'Print one JSON object for each message that would not just pass, then the counts' },
    ...fileOption,
  },
  examples: [
    'km policy test --since 7d',
    'km policy test --policy draft.yaml --labels labels.jsonl --json | tail -n 1',
  ],
  async run(invocation) {
    wordsFor('km policy test', invocation.positionals, 0);
    const { files, settings } = await policyPlaces(invocation, one(invocation.options.policy));
    const { policy } = readPolicies(files, settings);
    const labels = await labelsOf(invocation);
    const output = new Output(process.stdout);
    const show = printer(output, invocation.options.json === true);
    const replay = new Replay({ policy, engine: createEngine(), labels, onHit: show.hit });
    const skipped = await replayLog(invocation, replay, output);
    show.end(replay.result, labels.size);
    await output.flush();
    tell(invocation, skippedNote(skipped));
    return 0;
  },
};

async function labelsOf({ options, cwd }: Invocation): Promise<Labels> {
  const named = one(options.labels);
  if (named === undefined) return new Map();
  const file = path.resolve(cwd, named);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KmError('usage.unreadable', `${file} cannot be read.`, { cause });
  });
  return readLabels(text, file);
}

async function replayLog(invocation: Invocation, replay: Replay, output: Output): ReturnType<typeof readLog> {
  const query = readQuery(invocation, Date.now());
  const fits = matcher(query);
  const reader = {
    onRecord: (line: Parameters<typeof fits>[0]) => (fits(line) ? replay.add(line) : replay.learn(line)),
    between: () => output.flush(),
  };
  return readLog(logFile(invocation), reader, query.since);
}

interface Printer {
  hit(hit: Hit): void;
  end(result: Replayed, labels: number): void;
}

function printer(output: Output, asJson: boolean): Printer {
  let shown = 0;
  const print = (line: string): void => output.text(`${visible(line)}\n`);
  if (asJson) {
    return {
      hit: (hit) => output.text(`${JSON.stringify(hit)}\n`),
      end: (result, labels) => output.text(`${JSON.stringify({ summary: plain(result, labels) })}\n`),
    };
  }
  return {
    hit(hit) {
      if (hit.decision.action === 'tag' && hit.label === undefined) return;
      if (++shown <= shownMax) for (const line of hitLines(hit)) print(line);
    },
    end(result, labels) {
      if (shown > shownMax) print(`and ${shown - shownMax} more; --json prints all of them`);
      for (const line of summary(result, labels)) print(line);
    },
  };
}

function hitLines({ ts, server, method, tool, decision, outcome, label, seq }: Hit): string[] {
  const { action, rule, reason, failed } = decision;
  const what = [server, method, tool, `seq ${seq}`].filter((part) => part !== '').join(' ');
  const notes = [`then ${outcome}`, ...(label === undefined ? [] : [`labelled ${label}`])].join(', ');
  return [
    `${ts}  ${action.padEnd(9)}  ${rule}  ${what} (${notes})`,
    ...(reason === '' ? [] : [`    ${reason}`]),
    ...failed.map((one) => `    unjudged: ${one.rule}: ${one.reason}`),
  ];
}

function plain({ rules, tools, labelled, ...rest }: Replayed, labels: number): object {
  const [byRule, byTool] = [Object.fromEntries(rules), Object.fromEntries(tools)];
  return { ...rest, rules: byRule, tools: byTool, ...(labels > 0 && { labelled }) };
}

function summary(
  { messages, notWhole, unjudged, actions, rules, tools, labelled }: Replayed,
  labels: number,
): string[] {
  const acted = policyActions.filter((action) => actions[action] > 0).map((action) => `${action} ${actions[action]}`);
  const { right, mistaken, passed, missed } = labelled;
  return [
    `${messages} messages: ${acted.join(', ') || 'none'}`,
    ...counts('by rule', rules),
    ...counts('by tool', tools),
    ...(unjudged > 0 ? [`${unjudged} messages had a rule that could not be evaluated`] : []),
    ...(notWhole > 0 ? [`${notWhole} messages are on record in part only, and were left out`] : []),
    ...(labels > 0
      ? [`by the labels: ${right} caught, ${missed} missed, ${mistaken} stopped by mistake, ${passed} rightly let pass`]
      : []),
  ];
}

function counts(title: string, groups: ReadonlyMap<string, number>): string[] {
  if (groups.size === 0) return [];
  const sorted = [...groups].sort(([, a], [, b]) => b - a).slice(0, shownMax);
  return [title, ...sorted.map(([name, number]) => `${String(number).padStart(8)}  ${name}`)];
}
