import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Who may import whom. An area is a folder of packages/km/src, a file beside them, a part of one with a row of its own, or
 * `core`. An area may always import itself.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  message: ['core'],
  pipeline: ['core', 'message'],
  'after.ts': [],
  'clock.ts': [],
  'histogram.ts': [],
  'make-folder.ts': [],
  account: ['after.ts', 'config', 'core', 'errors', 'log', 'make-folder.ts'],
  resources: ['after.ts', 'core', 'make-folder.ts'],
  tui: ['after.ts', 'core', 'histogram.ts', 'log', 'message', 'pipeline'],
  transport: ['core'],
  certs: ['core'],
  oauth: ['account', 'connect', 'core', 'log', 'make-folder.ts'],
  connect: ['after.ts', 'core', 'listen', 'message', 'transport'],
  listen: ['after.ts', 'core', 'message'],
  relay: ['after.ts', 'clock.ts', 'connect', 'core', 'listen', 'message', 'proxy'],
  proxy: ['clock.ts', 'message', 'pipeline', 'transport'],
  log: ['core', 'histogram.ts', 'message', 'make-folder.ts'],
  filters: ['core', 'message', 'pipeline'],
  outbox: ['account', 'after.ts', 'core', 'log', 'make-folder.ts', 'message'],
  'filter.ts': [],
  plugins: ['config', 'core', 'filter.ts', 'make-folder.ts', 'message', 'pipeline'],
  policy: ['core', 'errors', 'log'],
  organisation: ['after.ts', 'core', 'make-folder.ts'],
  clients: ['config', 'core'],
  figures: ['core', 'message', 'pipeline'],
  otlp: ['after.ts', 'figures', 'message', 'pipeline'],
  prometheus: ['after.ts', 'figures', 'log', 'make-folder.ts'],
  scan: ['clients', 'core', 'message', 'transport'],
  diagnostics: [],
  doctor: ['account', 'clients', 'config', 'core', 'errors'],
  knowledge: ['core', 'log', 'make-folder.ts'],
  evaluation: [],
  errors: ['core', 'diagnostics'],
  config: ['core', 'diagnostics', 'errors'],
  cli: ['core', 'commands/command.ts', 'errors'],
  'commands/command.ts': [],
  commands: [
    'clock.ts',
    'account',
    'after.ts',
    'certs',
    'resources',
    'tui',
    'cli',
    'clients',
    'commands/command.ts',
    'config',
    'core',
    'diagnostics',
    'doctor',
    'errors',
    'evaluation',
    'figures',
    'filters',
    'knowledge',
    'connect',
    'listen',
    'oauth',
    'log',
    'message',
    'otlp',
    'outbox',
    'pipeline',
    'organisation',
    'plugins',
    'policy',
    'prometheus',
    'proxy',
    'relay',
    'scan',
    'transport',
    'version.ts',
  ],
  'version.ts': ['packages/km/package.json'],
  'main.ts': ['cli', 'commands', 'commands/command.ts', 'errors', 'version.ts'],
};

/** The same within packages/control-plane/src: it imports `core` and never km, nor does km import it. */
const controlPlaneMayImport: Readonly<Record<string, readonly string[]>> = {
  rules: ['core'],
  secrets: ['control-plane/database', 'control-plane/queries'],
  database: ['control-plane/log.ts'],
  queries: ['core', 'control-plane/database', 'control-plane/rules'],
  'log.ts': [],
  'metrics.ts': [],
  'config.ts': ['control-plane/log.ts', 'control-plane/secrets'],
  'caller.ts': ['core'],
  'problem.ts': ['core'],
  'openapi.ts': ['core'],
  'route.ts': ['control-plane/caller.ts', 'core'],
  'services.ts': [
    'control-plane/config.ts',
    'control-plane/database',
    'control-plane/live.ts',
    'control-plane/log.ts',
    'control-plane/metrics.ts',
    'control-plane/secrets',
  ],
  'audit.ts': ['control-plane/database', 'control-plane/queries', 'control-plane/rules'],
  'live.ts': ['control-plane/database', 'control-plane/queries'],
  'sso.ts': ['control-plane/queries', 'control-plane/secrets'],
  'upkeep.ts': ['control-plane/queries', 'control-plane/rules', 'control-plane/services.ts'],
  backup: ['control-plane/database', 'control-plane/queries'],
  pages: [],
  'api-key.ts': ['control-plane/database', 'control-plane/queries', 'control-plane/secrets'],
  'sign-in-link.ts': [
    'control-plane/database',
    'control-plane/queries',
    'control-plane/rules',
    'control-plane/secrets',
    'control-plane/services.ts',
  ],
  middleware: [
    'control-plane/caller.ts',
    'control-plane/problem.ts',
    'control-plane/queries',
    'control-plane/route.ts',
    'control-plane/secrets',
    'control-plane/services.ts',
    'core',
  ],
  routes: [
    'control-plane/api-key.ts',
    'control-plane/audit.ts',
    'control-plane/caller.ts',
    'control-plane/database',
    'control-plane/middleware',
    'control-plane/openapi.ts',
    'control-plane/problem.ts',
    'control-plane/queries',
    'control-plane/route.ts',
    'control-plane/rules',
    'control-plane/secrets',
    'control-plane/services.ts',
    'control-plane/sign-in-link.ts',
    'control-plane/sso.ts',
    'core',
  ],
  'app.ts': [
    'control-plane/caller.ts',
    'control-plane/middleware',
    'control-plane/pages',
    'control-plane/problem.ts',
    'control-plane/route.ts',
    'control-plane/routes',
    'control-plane/services.ts',
    'core',
  ],
  'listen.ts': ['control-plane/config.ts'],
  'keep-tls-new.ts': ['control-plane/listen.ts', 'control-plane/log.ts'],
  commands: [
    'control-plane/api-key.ts',
    'control-plane/app.ts',
    'control-plane/backup',
    'control-plane/config.ts',
    'control-plane/database',
    'control-plane/keep-tls-new.ts',
    'control-plane/listen.ts',
    'control-plane/log.ts',
    'control-plane/queries',
    'control-plane/services.ts',
    'control-plane/sign-in-link.ts',
    'control-plane/upkeep.ts',
    'core',
  ],
  'main.ts': ['control-plane/commands', 'control-plane/config.ts', 'core'],
};

const table: Readonly<Record<string, readonly string[]>> = {
  ...mayImport,
  ...Object.fromEntries(Object.entries(controlPlaneMayImport).map(([area, to]) => [`control-plane/${area}`, to])),
};

/** Nothing of Node, and no I/O: they run anywhere, and their tests need no surroundings. */
const pure = ['core', 'message', 'pipeline', 'control-plane/rules'];

/** What they may all the same: a pure function that the language itself lacks, three times as fast as TextDecoder. */
const pureMay = ['node:buffer'];

/** The only places that know what the environment is; all others are told. */
const readEnvironment = ['main.ts', 'config', 'control-plane/main.ts'];

interface Import {
  readonly file: string;
  readonly from: string;
  /** The area of the file, or the name of a package. */
  readonly to: string;
}

const sources = ['packages/core/src', 'packages/km/src', 'packages/control-plane/src'].flatMap(sourcesIn);
let imports: readonly Import[] = [];

beforeAll(async () => {
  imports = await findImports(sources);
});

function sourcesIn(folder: string): string[] {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  const files = names.map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`);
  return files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
}

function areaOf(file: string): string {
  if (file.startsWith('packages/core/')) return 'core';
  if (file.startsWith('packages/control-plane/src/')) {
    return `control-plane/${file.replace('packages/control-plane/src/', '').split('/')[0]}`;
  }
  const inside = file.replace(/^packages\/km\/src\//, '');
  return inside in mayImport || !inside.includes('/') || inside === file ? inside : (inside.split('/')[0] ?? inside);
}

/** Imports as esbuild's parser sees them, those of types included. */
async function findImports(files: readonly string[]): Promise<Import[]> {
  const { metafile } = await build({
    entryPoints: [...files],
    absWorkingDir: root,
    outdir: 'unused',
    format: 'esm',
    bundle: true,
    write: false,
    metafile: true,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    plugins: [everyImport],
  });
  return Object.entries(metafile.inputs).flatMap(([file, input]) =>
    input.imports.map(({ path: to }) => ({ file, from: areaOf(file), to: resolve(file, to) })),
  );
}

/** Leaves each import as it is written, and makes imports of types ordinary ones, which esbuild would drop. */
const everyImport: Plugin = {
  name: 'every-import',
  setup(builder) {
    builder.onResolve({ filter: /./ }, ({ kind, path: target }) =>
      kind === 'entry-point' ? undefined : { path: target, external: true },
    );
    builder.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      const contents = readFileSync(file, 'utf8').replace(/^(import|export) type (\{|\*)/gm, '$1 $2');
      return { contents, loader: 'ts' };
    });
  },
};

function resolve(file: string, target: string): string {
  if (target.startsWith('.')) return areaOf(path.posix.join(path.posix.dirname(file), target));
  return target.startsWith('@kilometers/core/') ? 'core' : target;
}

describe('who may import whom', () => {
  const inside = () => imports.filter(({ from, to }) => from !== to && (to in table || to.includes('package.json')));

  test('an import outside the table is refused', () => {
    const refused = inside().filter(({ from, to }) => !table[from]?.includes(to));
    expect([...new Set(refused.map(({ file, to }) => `${file} imports ${to}`))]).toEqual([]);
  });

  test('a row that nobody uses is refused', () => {
    const used = new Set(inside().map(({ from, to }) => `${from} imports ${to}`));
    const rows = Object.entries(table).flatMap(([from, all]) => all.map((to) => `${from} imports ${to}`));
    expect(rows.filter((row) => !used.has(row))).toEqual([]);
  });

  test('every file is in an area of the table', () => {
    expect(sources.filter((file) => !(areaOf(file) in table))).toEqual([]);
  });

  test('pure areas import nothing of Node', () => {
    const found = imports.filter(
      ({ from, to }) => pure.includes(from) && to.startsWith('node:') && !pureMay.includes(to),
    );
    expect(found.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });
});

describe('the first file of `km monitor`', () => {
  test('holds nothing that only watches, judges or checks, and stays small', async () => {
    const { metafile } = await build({
      entryPoints: ['packages/km/src/main.ts'],
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      minify: true,
      write: false,
      metafile: true,
      supported: { 'dynamic-import': false },
      plugins: [firstFile],
    });
    const [output] = Object.values(metafile.outputs);
    const later = /valibot|cross-spawn|text-search|src\/(log|filters|tui|policy)\/|message\/(scan|read-line|exchange)/;
    expect(Object.keys(output?.inputs ?? {}).filter((file) => later.test(file))).toEqual([]);
    expect(output?.bytes).toBeLessThan(50_000);
  });
});

/** As scripts/build.ts has it: parts that are loaded on demand are left out, and settings are values. */
const firstFile: Plugin = {
  name: 'first-file',
  setup(builder) {
    builder.onResolve({ filter: /^\.{1,2}\// }, ({ kind, path: target }) =>
      kind === 'dynamic-import' && target !== './monitor.ts' ? { path: target, external: true } : undefined,
    );
    builder.onLoad({ filter: /(initial-values|plain-rules)\.ts$/ }, () => ({
      contents: 'export const initialValues = {}, plainRules = {};',
      loader: 'js',
    }));
  },
};

test('only main and config read the environment', () => {
  const elsewhere = sources.filter((file) => !readEnvironment.includes(areaOf(file)));
  const readers = elsewhere.filter((file) => /process\s*\.\s*env|{[^}]*\benv\b[^}]*} = process\b/.test(text(file)));
  expect(readers).toEqual([]);
});

test('the parser is not blind: it sees types, packages and imports on demand', () => {
  const seen = imports.map(({ file, to }) => `${path.posix.basename(file)} ${to}`);
  expect(seen).toEqual(expect.arrayContaining(['writer.ts message', 'jsonc.ts jsonc-parser', 'file.ts config']));
});

const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
