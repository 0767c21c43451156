import { wordsFor } from '../cli/words.ts';
import { visible } from '../log/table.ts';
import { type ReadPolicies, readPolicies } from '../policy/read-policies.ts';
import type { Command } from './command.ts';
import { type PolicyPlaces, policyPlaces } from './policy-options.ts';

export const policyShow: Command = {
  name: 'policy show',
  summary: 'Print the rules that hold here, and where they come from',
  usage: '[options]',
  options: { json: { type: 'boolean', help: 'Print one JSON object' } },
  examples: ['km policy show', 'km policy show --json | jq .rules[].name'],
  async run(invocation) {
    wordsFor('km policy show', invocation.positionals, 0);
    const { files, settings } = await policyPlaces(invocation, undefined);
    const shown = describe(readPolicies(files, settings), settings);
    process.stdout.write(invocation.options.json === true ? `${JSON.stringify(shown)}\n` : table(shown));
    return 0;
  },
};

interface Shown {
  readonly preset: string;
  readonly threshold: number;
  readonly onFailure: string;
  readonly files: readonly { readonly path: string; readonly origin: string; readonly order: string }[];
  readonly rules: readonly {
    readonly origin: string;
    readonly name: string;
    readonly action: string;
    readonly when: string;
    readonly tags: readonly string[];
  }[];
}

function describe({ sets, policy }: ReadPolicies, { threshold }: PolicyPlaces['settings']): Shown {
  return {
    preset: policy.preset,
    threshold,
    onFailure: policy.onFailure,
    files: sets.map(({ file, rules }) => ({ ...file, order: rules.order })),
    rules: sets.flatMap(({ file: { origin }, rules: { rules } }) =>
      rules.map(({ name, action, when, tags }) => ({ origin, name, action, when, tags })),
    ),
  };
}

function table({ preset, threshold, onFailure, files, rules }: Shown): string {
  const width = Math.max(0, ...rules.map(({ name }) => name.length));
  const lines = [
    ...files.map(({ path, origin, order }) => `${origin}: ${path} (${order})`),
    ...rules.map(
      ({ name, action, when }) => `  ${name.padEnd(width)}  ${action.padEnd(9)}  ${when.replaceAll('\n', ' ')}`,
    ),
    `Where no rule speaks: preset ${preset}, threshold ${threshold}. What cannot be judged: ${onFailure}.`,
  ];
  return lines.map((line) => `${visible(line)}\n`).join('');
}
