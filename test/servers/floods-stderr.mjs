// Writes stderr lines (their number is the first argument) as fast as the pipe takes them, then says `flooded` on stdout.
const [count = '100000'] = process.argv.slice(2);

function flood(from) {
  for (let n = from; n < Number(count); n += 1) {
    if (!process.stderr.write(`line ${n} ${'x'.repeat(80)}\n`)) return process.stderr.once('drain', () => flood(n + 1));
  }
  process.stdout.write('flooded\n');
}
flood(0);
