import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOnDemand, nodeIn, nodePackage, nodeVersion } from './install-on-demand.ts';

// Some of the programs do not run on Node 20, so one that they all run on comes with them.
const packages: Readonly<Record<string, string>> = {
  '@anthropic-ai/claude-code': '2.1.330',
  '@bytebase/dbhub': '1.4.0',
  '@modelcontextprotocol/inspector': '2.12.0',
  '@wonderwhy-er/desktop-commander': '0.2.52',
  'mcp-fetch-server': '1.1.2',
  'mcp-server-sqlite-npx': '0.8.0',
  [nodePackage]: nodeVersion,
};

/** Git-ignored. `KM_TEST_CACHE` names another place, to keep it over checkouts. */
const cache = process.env.KM_TEST_CACHE ?? fileURLToPath(new URL('./.cache', import.meta.url));
const bin = path.join(cache, 'node_modules/.bin');

/** Programs that the tests with real clients need and `npm ci` does not install: 830 MB. */
export const onDemand = {
  node: nodeIn(cache),
  program: (name: string) => path.join(bin, name),
};

/** Run by vitest before the tests: installs what is not there yet. */
export function setup(): void {
  // The two whose scripts are needed: they bring a native part, or build it where there is none to bring.
  installOnDemand({ cache, packages, rebuild: ['sqlite3', '@anthropic-ai/claude-code'] });
}
