import { KmError } from '@kilometers/core/errors.ts';
import { compilePolicy } from '@kilometers/core/policy/compile-policy.ts';
import { composeSets } from '@kilometers/core/policy/compose-policy.ts';
import type { PolicyProblem } from '@kilometers/core/policy/document.ts';
import type { PresetSettings } from '@kilometers/core/policy/preset.ts';
import { runPolicyTests, type TestResult } from '@kilometers/core/policy/run-policy-tests.ts';
import { nearest } from '../errors/nearest.ts';
import { visible } from '../log/table.ts';
import { at, type PolicyFile, readText } from '../policy/policy-file.ts';
import type { Command } from './command.ts';
import { policyPlaces } from './policy-options.ts';

export const policyCheck: Command = {
  name: 'policy check',
  summary: 'Check policy files, and run the tests in them',
  usage: '[FILE] [options]',
  options: { json: { type: 'boolean', help: 'Print one JSON object, with every problem and test' } },
  examples: ['km policy check', 'km policy check .km/policy.yaml --json | jq .files[].problems'],
  async run(invocation) {
    const [named, ...more] = invocation.positionals;
    if (more.length > 0) throw new KmError('usage.bad-value', '`km policy check` checks one file, or those in use.');
    const { files, settings } = await policyPlaces(invocation, named);
    const checks = files.map((file) => checkFile(file, settings));
    const asJson = invocation.options.json === true;
    process.stdout.write(asJson ? `${JSON.stringify({ files: checks.map(plain) })}\n` : report(checks, settings));
    const wrong = checks.find(({ problems }) => problems.length > 0);
    if (wrong)
      throw new KmError('policy.invalid', `${wrong.file.path} is wrong in ${count(wrong.problems.length, 'place')}.`);
    const failed = checks.flatMap(({ tests }) => tests).filter(({ passed }) => !passed).length;
    if (failed > 0)
      throw new KmError(
        'policy.tests-failed',
        `${count(failed, 'test')} of the policy ${failed === 1 ? 'does' : 'do'} not hold.`,
      );
    return 0;
  },
};

interface Check {
  readonly file: PolicyFile;
  readonly rules: number;
  readonly problems: readonly PolicyProblem[];
  readonly tests: readonly TestResult[];
}

/** Each file by itself: its tests say what it does, whatever else holds on this machine. */
function checkFile(file: PolicyFile, settings: PresetSettings): Check {
  const suggest = (word: string, known: readonly string[]) => nearest(word, known);
  const compiled = compilePolicy(readText(file.path), { origin: file.origin, suggest });
  if (compiled.kind === 'problems') return { file, rules: 0, problems: compiled.problems, tests: [] };
  const policy = composeSets(settings, [compiled.rules]);
  const { rules, tests } = compiled.rules;
  return { file, rules: rules.length, problems: [], tests: runPolicyTests(policy, tests) };
}

function plain({ file, ...check }: Check): object {
  return { ...file, ...check };
}

function report(checks: readonly Check[], { preset }: PresetSettings): string {
  if (checks.length === 0)
    return `There is no policy file: the preset ${preset} decides. \`km policy init\` writes one.\n`;
  return checks
    .flatMap(linesOf)
    .map((line) => `${visible(line)}\n`)
    .join('');
}

function linesOf({ file, rules, problems, tests }: Check): string[] {
  if (problems.length > 0) return problems.map((problem) => at(file.path, problem));
  const failed = tests.filter(({ passed }) => !passed);
  const held = tests.length === 0 ? 'no tests' : `${tests.length - failed.length} of ${tests.length} tests hold`;
  return [`${file.path}: ${count(rules, 'rule')}, ${held}`, ...failed.map(failure)];
}

function failure({ name, expected, got }: TestResult): string {
  const wanted = expected.rule === undefined ? expected.action : `${expected.action} by ${expected.rule}`;
  return `  fails: ${name}: expected ${wanted}, got ${got.action} by ${got.rule}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
