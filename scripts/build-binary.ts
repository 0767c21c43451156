/** Compiles the standalone executable for this machine: `dist/km`. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
const suffix = process.platform === 'win32' ? '.exe' : '';

/** The package that brings Bun has its binary in a place of its own on each platform; the wrapper's is linked on install. */
function findBun(): string {
  const own = `node_modules/@oven/bun-${process.platform}-${process.arch}/bin/bun${suffix}`;
  const found = [own, 'node_modules/bun/bin/bun.exe'].map((file) => path.join(root, file)).find(existsSync);
  if (found === undefined) throw new Error('Bun is not installed. Run `npm ci` first.');
  return found;
}

function compile(outfile: string): number {
  mkdirSync(path.dirname(outfile), { recursive: true });
  const args = [
    'build',
    path.join(root, 'packages/km/src/main.ts'),
    '--compile',
    '--minify',
    '--bytecode',
    // Otherwise the executable would run code that the bunfig.toml of the working folder names.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    `--outfile=${outfile}`,
  ];
  return spawnSync(findBun(), args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function main(): void {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: `dist/km${suffix}` }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) console.log('Usage: npm run build:binary [-- --out FILE]');
  else process.exitCode = compile(path.resolve(root, values.out));
}

main();
