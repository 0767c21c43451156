// A logging relay as one writes it in ten minutes: every line parsed, wrapped, serialised again and appended at once.
const { spawn } = require('node:child_process');
const { appendFileSync } = require('node:fs');
const { createInterface } = require('node:readline');

const [log, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });

function keep(dir, input, output) {
  createInterface({ input }).on('line', (line) => {
    output.write(`${line}\n`);
    const record = { ts: new Date().toISOString(), dir, message: JSON.parse(line) };
    appendFileSync(log, `${JSON.stringify(record)}\n`);
  });
}

keep('c2s', process.stdin, child.stdin);
keep('s2c', child.stdout, process.stdout);
process.stdin.on('end', () => child.stdin.end());
child.on('close', (code) => process.exit(code ?? 1));
