// Answers requests (with `once` only the first) and ends for nothing but SIGKILL. Says `ready` on stderr.
import { answer, onMessages } from './messages.mjs';

let answersLeft = process.argv[2] === 'once' ? 1 : Number.POSITIVE_INFINITY;

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
onMessages(({ id }) => {
  if (id === undefined || answersLeft === 0) return;
  answersLeft -= 1;
  answer(id, {});
});
setInterval(() => {}, 60_000);
process.stderr.write('ready\n');
