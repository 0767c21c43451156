// Answers the first message with half a line, then exits 3; with a signal as argument, dies of that signal.
import { writeSync } from 'node:fs';

const [signal] = process.argv.slice(2);

process.stdin.once('data', () => {
  writeSync(1, '{"jsonrpc":"2.0","id":1,"resu');
  if (signal === undefined) process.exit(3);
  process.kill(process.pid, signal);
});
