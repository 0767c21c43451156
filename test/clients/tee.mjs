// Runs a command and keeps a copy of what passes: `tee.mjs PREFIX COMMAND…` writes PREFIX.in and PREFIX.out, byte for byte.
import { spawn } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { constants } from 'node:os';

const [prefix, program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function copying(from, to, name) {
  // One file a run: some clients start a server twice, the first time only to probe it.
  const copy = openSync(`${prefix}.${process.pid}.${name}`, 'a');
  // Written before it is passed on, so that nothing the other end has seen is missing when this process is killed.
  from.on('data', (chunk) => writeSync(copy, chunk));
  from.pipe(to);
  to.on('error', () => from.resume());
}

copying(process.stdin, child.stdin, 'in');
copying(child.stdout, process.stdout, 'out');
for (const signal of signals) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
