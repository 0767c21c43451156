import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { page } from './markdown.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const introduction = `What km ships besides its own code: the packages that are bundled into it or installed with it. The standalone executable
also holds [Bun](https://bun.com/docs/project/licensing), which lists its own parts.`;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Licences of all that km depends on when it runs, with the text of each. */
export function licencesPage(): string {
  const found = new Map<string, string>();
  for (const name of ['core', 'km']) addDependencies(path.join(root, 'packages', name), found);
  const sections = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, folder]) => section(folder));
  return page('Third-party licences', 'the packages themselves', [introduction, ...sections].join('\n\n'));
}

/** Builds for single platforms are optional dependencies, and carry the licence of the package they belong to. */
function addDependencies(dependant: string, found: Map<string, string>): void {
  for (const name of Object.keys(manifestOf(dependant).dependencies ?? {})) {
    if (found.has(name)) continue;
    const folder = installedAt(dependant, name);
    found.set(name, folder);
    addDependencies(folder, found);
  }
}

/** Looks where Node would: in `node_modules` of the dependant, then of each folder above it. */
function installedAt(dependant: string, name: string): string {
  for (let folder = dependant; folder.startsWith(path.resolve(root)); folder = path.dirname(folder)) {
    const place = path.join(folder, 'node_modules', name);
    if (existsSync(place)) return place;
  }
  throw new Error(`${name} is not installed. Run \`npm ci\` first.`);
}

function section(folder: string): string {
  const { name, version, license } = manifestOf(folder);
  return `## ${name} ${version}\n\n${license}\n\n\`\`\`text\n${licenceText(folder)}\n\`\`\``;
}

function licenceText(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence file.`);
  return readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
}

function manifestOf(folder: string): Manifest {
  // npm has installed the package, and so has read the same file.
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}
