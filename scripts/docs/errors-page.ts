import { errorTable } from '../../packages/core/src/errors.ts';
import { code, page, table } from './markdown.ts';

const introduction = `An error is three lines on stderr: what failed, the cause where one is known, and what to do.

\`\`\`text
error: There is no configuration key "log.max_sise". [config.unknown-key]
fix: Did you mean \`log.max_size\`?
\`\`\`

With \`--json\`, and whenever stderr is no terminal, it is one JSON object with \`timestamp\`, \`level\`, \`target\`, \`message\`,
\`error\`, \`cause\`, \`fix\`, \`code\` and \`doc\`. \`KM_BACKTRACE=1\` adds where in the code it happened.

The exit status is that of the program km runs, and 128 + the number of the signal when one ended it. Where no program ran:`;

/** Every error km can end with, and where to look. */
export function errorsPage(): string {
  const entries = Object.entries(errorTable);
  const overview = entries.map(([name, { exit, means }]) => [`[${code(name)}](#${name})`, String(exit), means]);
  const each = entries.map(([name, { means, fix, exit }]) =>
    [`<a id="${name}"></a>`, `## ${name}`, `${means} Exit status ${exit}.`, `**What to do:** ${fix}`].join('\n\n'),
  );
  const body = [introduction, table(['code', 'exit', 'means'], overview), ...each].join('\n\n');
  return page('Errors', 'packages/core/src/errors.ts', body);
}
