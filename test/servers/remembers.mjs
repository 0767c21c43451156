// A legacy server with a life of its own: `note` and `notes` keep state, `slow` tells progress, `ask` asks the client first,
// `shout` tells of a changed list, `die` ends it, `never` gives no answer, `many` prints a number of log lines, `carriage` has
// bare carriage returns in its answer.
import { answer, answerInitialize, onMessages, send } from './messages.mjs';

const notes = [];
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });
let asked;

const calls = {
  note: (id, { text: note }) => answer(id, text(notes.push(note))),
  notes: (id) => answer(id, text(notes.join(','))),
  slow(id, _, { progressToken } = {}) {
    for (const progress of [1, 2]) send({ method: 'notifications/progress', params: { progressToken, progress } });
    answer(id, text('done'));
  },
  ask(id) {
    asked = id;
    send({ id: 'q', method: 'elicitation/create', params: { message: '?', requestedSchema: { type: 'object' } } });
  },
  shout(id) {
    send({ method: 'notifications/tools/list_changed' });
    answer(id, text('told'));
  },
  many(id, { count }) {
    for (let n = 0; n < count; n++)
      send({ method: 'notifications/message', params: { level: 'info', data: 'x'.repeat(1000) } });
    answer(id, text(count));
  },
  die: () => process.exit(3),
  never() {},
  carriage(id, _, { progressToken } = {}) {
    send({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    process.stdout.write(`{"jsonrpc":"2.0",\r"id":${JSON.stringify(id)},\r"result":{"content":[]}}\n`);
  },
};

onMessages((message) => {
  const { id, method, params } = message;
  if (method === 'initialize') answerInitialize(message);
  else if (method === 'tools/call') calls[params.name]?.(id, params.arguments ?? {}, params._meta);
  else if (id === 'q') answer(asked, text(message.result.action));
  else if (id !== undefined && method !== undefined) answer(id, {});
});
