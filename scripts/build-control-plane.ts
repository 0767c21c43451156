/**
 * Bundles the control plane into packages/control-plane/dist: one module for every start and one for each part that is loaded
 * on demand, the steps of the schema beside it, and an empty database that first starts begin with.
 */
import { cpSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { makeTemplate } from '../packages/control-plane/src/database/pglite.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../packages/control-plane');
const dist = path.join(root, 'dist');

const temporary = `${dist}.${process.pid}`;
await build({
  entryPoints: [path.join(root, 'src/main.ts')],
  outdir: temporary,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  keepNames: true,
  // Installed beside it by npm; our own parts are not.
  packages: 'external',
  alias: { '@kilometers/core': path.join(root, '../core/src') },
  logLevel: 'warning',
});
cpSync(path.join(root, 'src/database/migrations'), path.join(temporary, 'migrations'), { recursive: true });
writeFileSync(path.join(temporary, 'template.tar.gz'), await makeTemplate());
// Swapped in whole, each step a rename: several may find the sources newer at once.
const aside = `${temporary}.old`;
if (existsSync(dist)) attempt(() => renameSync(dist, aside));
attempt(() => renameSync(temporary, dist));
for (const left of [aside, temporary]) rmSync(left, { recursive: true, force: true });

function attempt(swap: () => void): void {
  try {
    swap();
  } catch {
    // Another was quicker, with the same sources.
  }
}
