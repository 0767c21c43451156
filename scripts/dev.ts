/** Builds km again whenever a source changes, so that `bin/km` starts at once and a running editor shows errors early. */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const restMs = 100;

let isBuilding = false;
let isAskedAgain = false;

function build(): void {
  if (isBuilding) {
    isAskedAgain = true;
    return;
  }
  isBuilding = true;
  const builder = spawn(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: root, stdio: 'inherit' });
  builder.on('close', (status) => {
    console.log(`${new Date().toLocaleTimeString()} ${status === 0 ? 'built' : 'not built'}`);
    isBuilding = false;
    if (isAskedAgain) build();
    isAskedAgain = false;
  });
}

function isSource(name: string | null): boolean {
  return name?.endsWith('.ts') === true && !name.endsWith('.test.ts') && !name.includes('node_modules');
}

function watchSources(): void {
  let timer: NodeJS.Timeout | undefined;
  // An editor saves in several steps; the build waits until they are over.
  watch(path.join(root, 'packages'), { recursive: true }, (_event, name) => {
    if (!isSource(name)) return;
    clearTimeout(timer);
    timer = setTimeout(build, restMs);
  });
  build();
}

if (process.argv.includes('--help')) console.log('Usage: npm run dev');
else watchSources();
