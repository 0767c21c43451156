/** Writes docs/reference and the licences of others from the sources; with `--check` only says whether that would change anything. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { apiPage, openApiJson } from './docs/api-page.ts';
import { commandsPage } from './docs/commands-page.ts';
import { configPage, configSchema } from './docs/config-page.ts';
import { errorsPage } from './docs/errors-page.ts';
import { licencesPage } from './docs/licences-page.ts';
import { metricsPage } from './docs/metrics-page.ts';
import { recordPage } from './docs/record-page.ts';

const folder = fileURLToPath(new URL('../docs/', import.meta.url));

async function pages(): Promise<Readonly<Record<string, string>>> {
  return {
    'reference/api.md': apiPage(),
    'reference/openapi.json': openApiJson(),
    'reference/commands.md': await commandsPage(),
    'reference/config.md': configPage(),
    'reference/config.schema.json': configSchema(),
    'reference/errors.md': errorsPage(),
    'reference/metrics.md': metricsPage(),
    'reference/record.md': recordPage(),
    'third-party-licences.md': licencesPage(),
  };
}

function isStale(name: string, text: string): boolean {
  try {
    return readFileSync(path.join(folder, name), 'utf8') !== text;
  } catch {
    return true; // Not there yet.
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return console.log('Usage: npm run docs [-- --check]');
  const stale = Object.entries(await pages()).filter(([name, text]) => isStale(name, text));
  mkdirSync(path.join(folder, 'reference'), { recursive: true });
  for (const [name, text] of stale) {
    if (!values.check) writeFileSync(path.join(folder, name), text);
    console.log(`docs/${name} ${values.check ? 'is stale: run `npm run docs`.' : 'written.'}`);
  }
  if (values.check && stale.length > 0) process.exitCode = 1;
}

await main();
