/**
 * Bundles km for Node into packages/km/dist: one small CommonJS file for the way every start takes, and one for each
 * part that is loaded on demand. CommonJS because Node 20 starts it 9 ms sooner than a module.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { initialValues } from '../packages/km/src/config/initial-values.ts';
import { plainRules } from '../packages/km/src/config/plain-rules.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const source = path.join(root, 'packages/km/src');
const dist = path.join(root, 'packages/km/dist');

/** On the way of nearly every start: stays in the first file, because finding and reading another takes a millisecond. */
const everyStart = 'commands-monitor';

/** Makes each `import('./x.ts')` a file of its own, loaded when it is reached. */
function chunks(entries: Map<string, string>): Plugin {
  return {
    name: 'chunks',
    setup(builder) {
      builder.onResolve({ filter: /^\.{1,2}\// }, ({ kind, path: target, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const file = path.resolve(resolveDir, target);
        const name = path.relative(source, file).replace(/\.ts$/, '').replaceAll(path.sep, '-');
        if (name === everyStart) return undefined;
        entries.set(name, file);
        return { path: `./${name}.cjs`, external: true };
      });
    },
  };
}

/** Takes what the settings come down to as values, and leaves the schema behind them to whoever sets what is not plain. */
const settingsAsValues: Plugin = {
  name: 'settings-as-values',
  setup(builder) {
    for (const [name, value] of Object.entries({ initialValues, plainRules })) {
      const file = `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`;
      const contents = `export const ${name} = JSON.parse(${JSON.stringify(JSON.stringify(value))});`;
      builder.onLoad({ filter: new RegExp(`[/\\\\]config[/\\\\]${file}$`) }, () => ({ contents, loader: 'js' }));
    }
  },
};

async function bundle(name: string, file: string, outdir: string, found: Map<string, string>): Promise<void> {
  await build({
    entryPoints: [{ in: file, out: name }],
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    sourcemap: true,
    // jsonc-parser's CommonJS entry bundles without an error and fails when it runs.
    mainFields: ['module', 'main'],
    // `require` instead of `import()`: a CommonJS process then never starts Node's module loader.
    supported: { 'dynamic-import': false },
    logLevel: 'warning',
    // Native, and one for each platform: npm installs it beside km.
    external: ['@napi-rs/keyring'],
    plugins: [chunks(found), settingsAsValues],
  });
}

/** What authors of filters import: a module, because their tests are modules. */
async function bundlePublicEntry(outdir: string): Promise<void> {
  const entryPoints = [path.join(source, 'filter.ts')];
  await build({ entryPoints, outdir, outExtension: { '.js': '.mjs' }, format: 'esm', target: 'node20', bundle: true });
}

/** Only a package needs them, and they take a second: `npm pack` asks for them. */
function declarePublicEntry(outdir: string): void {
  const options = [
    '--ignoreConfig',
    '--declaration',
    '--emitDeclarationOnly',
    '--target',
    'es2023',
    '--outDir',
    outdir,
  ];
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  execFileSync(tsc, [...options, path.join(source, 'filter.ts')], { stdio: 'inherit' });
}

async function main(): Promise<void> {
  const temporary = `${dist}.${process.pid}`;
  const found = new Map([['main', path.join(source, 'main.ts')]]);
  const done = new Set<string>();
  for (let next = [...found]; next.length > 0; next = [...found].filter(([name]) => !done.has(name))) {
    await Promise.all(next.map(([name, file]) => bundle(name, file, temporary, found)));
    for (const [name] of next) done.add(name);
  }
  await bundlePublicEntry(temporary);
  if (process.argv.includes('--declarations')) declarePublicEntry(temporary);
  // Swapped in whole: several `bin/km` may find the sources newer at once.
  rmSync(dist, { recursive: true, force: true });
  try {
    renameSync(temporary, dist);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!readdirSync(dist).includes('main.cjs')) throw error;
  }
}

await main();
