/** Runs the official suite against the fixture, by itself and behind km, and writes down how they compare. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFixture, type Form, forms } from '../test/conformance/forms.ts';
import { installSuites, runServerSuite, type Scenario, type Suite, suites } from '../test/conformance/suites.ts';

const help = `Usage: npm run conformance [-- --only FORM] [-- --write]

  --only   one form beside the direct one
  --write  write the table to docs/notes/conformance.md`;

const note = fileURLToPath(new URL('../docs/notes/conformance.md', import.meta.url));

interface Run {
  readonly form: string;
  readonly otherwise: NonNullable<Form['otherwise']>;
  readonly results: ReadonlyMap<Suite, readonly Scenario[]>;
}

async function measure(form: Form): Promise<Run> {
  const { url, close } = await form.open();
  try {
    const results = new Map<Suite, readonly Scenario[]>();
    for (const suite of suites) {
      const scenarios = await runServerSuite(suite, url);
      results.set(suite, scenarios);
      console.log(`${form.name}, ${suite.name}: ${cell(scenarios)}`);
    }
    return { form: form.name, otherwise: form.otherwise ?? {}, results };
  } finally {
    await close();
  }
}

/** Scored scenarios without a failure, of all; then the checks of all scenarios. */
function cell(scenarios: readonly Scenario[]): string {
  const scored = scenarios.filter((scenario) => scenario.scored);
  const whole = scored.filter(({ failed }) => failed === 0);
  const sum = (key: 'passed' | 'failed') => scenarios.reduce((total, scenario) => total + scenario[key], 0);
  return `${whole.length}/${scored.length}, ${sum('passed')} checks (${sum('failed')} fail)`;
}

function table(runs: readonly Run[]): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = runs.map(({ form, results }) => row([form, ...suites.map((suite) => cell(results.get(suite) ?? []))]));
  return [row(['form', ...suites.map(({ name }) => name)]), row(['-', ...suites.map(() => '-')]), ...body];
}

interface Difference {
  readonly text: string;
  /** True where it is known why. */
  readonly meant: boolean;
}

/** Scenarios with other sums than the direct run has. */
function differences(direct: Run, { form, otherwise, results }: Run): Difference[] {
  return suites.flatMap((suite) => {
    const expected = new Map(direct.results.get(suite)?.map((scenario) => [scenario.name, scenario]));
    return (results.get(suite) ?? [])
      .filter(({ name, passed, failed }) => {
        const other = expected.get(name);
        return other?.passed !== passed || other.failed !== failed;
      })
      .map(({ name, passed, failed }) => {
        const { passed: passes = 0, failed: fails = 0 } = expected.get(name) ?? {};
        const reason = otherwise[name];
        const sums = `${passed} pass and ${failed} fail; direct ${passes} and ${fails}`;
        const text = `${form}, ${suite.name}, ${name}: ${sums}${reason === undefined ? '' : `: ${reason}`}`;
        return { text, meant: reason !== undefined && failed === 0 };
      });
  });
}

/** A suite that ran nothing, or scored scenarios of the fixture itself that fail. */
function faults({ form, results }: Run): string[] {
  return [...results].flatMap(([suite, scenarios]) => {
    if (scenarios.length === 0) return [`${form}: the suite ${suite.name} did not run`];
    const failing = scenarios.filter(({ scored, failed }) => scored && failed > 0);
    return failing.map(({ name }) => `${form}, ${suite.name}: ${name} fails`);
  });
}

function text(runs: readonly Run[], found: readonly string[]): string {
  return `# Conformance

Written by \`npm run conformance -- --write\`. The fixture of [test/conformance](../../test/conformance) is a server with all
that the official suite asks for, made with the TypeScript SDK; the suite is run against it directly, and behind km in each
form. A cell says how many scored scenarios pass, and how many single checks. The checks that fail directly as well are those of
tasks, an extension that the fixture does not have.

${table(runs).join('\n')}

${found.length === 0 ? 'Every form answers as the fixture does directly.' : `Otherwise than directly:\n\n${found.map((line) => `- ${line}`).join('\n')}`}
`;
}

const { values } = parseArgs({
  options: { help: { type: 'boolean' }, only: { type: 'string' }, write: { type: 'boolean' } },
});
if (values.help) {
  console.log(help);
} else {
  installSuites();
  buildFixture();
  const [first, ...others] = forms;
  if (first === undefined) throw new Error('There is no form to run.');
  const direct = await measure(first);
  const runs = [direct];
  for (const form of others) if (values.only === undefined || values.only === form.name) runs.push(await measure(form));
  const differing = runs.slice(1).flatMap((run) => differences(direct, run));
  const found = differing.map((difference) => difference.text);
  const failing = runs.flatMap(faults);
  console.log(['', ...table(runs), '', ...found, ...failing].join('\n'));
  if (values.write) writeFileSync(note, text(runs, found));
  process.exitCode = failing.length > 0 || differing.some(({ meant }) => !meant) ? 1 : 0;
}
