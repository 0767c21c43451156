// Keeps every answer back until stdin has ended, and a time (milliseconds, first argument) beyond that.
import { answer, onMessages } from './messages.mjs';

const [delayMs = '300'] = process.argv.slice(2);
const ids = [];

function answerAll() {
  for (const id of ids) answer(id, { late: true });
}

onMessages(
  ({ id }) => id !== undefined && ids.push(id),
  () => setTimeout(answerAll, Number(delayMs)),
);
