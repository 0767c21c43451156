// Starts a grandchild that sleeps and ignores every polite signal, then echoes. Says the grandchild's pid on stderr.
import { spawn } from 'node:child_process';

const sleeper = `for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
setInterval(() => {}, 60_000);
process.stdout.write('sleeping');`;
const grandchild = spawn(process.execPath, ['-e', sleeper], { stdio: ['ignore', 'pipe', 'inherit'] });

grandchild.stdout.once('data', () => process.stderr.write(`grandchild ${grandchild.pid}\n`));
grandchild.stdout.unref();
grandchild.unref();
process.stdin.pipe(process.stdout);
