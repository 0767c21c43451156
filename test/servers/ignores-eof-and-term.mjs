// Answers every request and ends for nothing but SIGKILL. Says `ready` on stderr.
import { answer, onMessages } from './messages.mjs';

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
onMessages(({ id }) => {
  if (id !== undefined) answer(id, {});
});
setInterval(() => {}, 60_000);
process.stderr.write('ready\n');
