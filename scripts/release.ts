/** Makes a release: version, changelog, commit, tag. Shows what it would do unless `--write` is given. Publishing is CI's. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
const manifests = ['package.json', 'packages/core/package.json', 'packages/km/package.json'];
const steps = ['major', 'minor', 'patch'];

const read = (file: string) => readFileSync(root + file, 'utf8');
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });

function versionNow(): string {
  // Written by us, and checked by every `npm ci`.
  return (JSON.parse(read('package.json')) as { version: string }).version;
}

/** The next version; numbers to the right of the one that goes up start again. */
function raise(version: string, step: string): string {
  const at = steps.indexOf(step);
  const numbers = version.split('.').map(Number);
  return numbers.map((number, place) => (place > at ? 0 : number + Number(place === at))).join('.');
}

/** What has gathered under `Unreleased` becomes the section of the version. */
function changelogFor(version: string, day: string): string {
  const text = read('CHANGELOG.md');
  const [, news = ''] = /## Unreleased\n([\s\S]*?)(?=\n## |$)/.exec(text) ?? [];
  if (news.trim() === '') throw new Error('CHANGELOG.md has nothing under "Unreleased".');
  return text.replace('## Unreleased\n', `## Unreleased\n\n## ${version} (${day})\n`);
}

function write(version: string, changelog: string): void {
  if (git('status', '--porcelain') !== '') throw new Error('The working tree has changes that are not committed.');
  for (const file of manifests) {
    writeFileSync(root + file, read(file).replace(/("version":\s*)"[^"]*"/, `$1"${version}"`));
  }
  execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts'], { cwd: root, stdio: 'inherit' });
  writeFileSync(`${root}CHANGELOG.md`, changelog);
  git('commit', '--all', '--message', `chore: release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `km ${version}`);
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const [step = ''] = positionals;
  if (values.help || !steps.includes(step)) console.log('Usage: npm run release -- major|minor|patch [--write]');
  else release(step, values.write === true);
}

function release(step: string, isMeant: boolean): void {
  const version = raise(versionNow(), step);
  const changelog = changelogFor(version, new Date().toISOString().slice(0, 10));
  if (isMeant) write(version, changelog);
  console.log(
    isMeant ? `Tagged v${version}: push with \`git push --follow-tags\`.` : `Would tag v${version}: add --write.`,
  );
}

main();
