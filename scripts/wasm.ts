/** Builds the module that searches bytes, packages/core/src/text-search.wat, into the file of TypeScript beside it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const source = new URL('../packages/core/src/text-search.wat', import.meta.url);
const target = new URL('../packages/core/src/text-search-wasm.ts', import.meta.url);

/** The file that `npm run wasm` writes. */
export async function builtModule(): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat('text-search.wat', readFileSync(source), { simd: true });
  module.validate();
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
  module.destroy();
  const lines = base64.match(/.{1,110}/g) ?? [];
  return [
    '/** WebAssembly of text-search.wat, in base64. Made by `npm run wasm`. */',
    'export const textSearchWasm = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await builtModule());
