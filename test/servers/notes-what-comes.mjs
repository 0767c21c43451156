// Appends each message that reaches it to the file given, before it answers: notes-what-comes.mjs FILE [TEXT]. TEXT is what its tools answer.
import { appendFileSync } from 'node:fs';
import { answer, answerInitialize, onMessages } from './messages.mjs';

const [file, said = 'done'] = process.argv.slice(2);

const tool = (name, parameter) => ({
  name,
  description: `The ${name} tool.`,
  inputSchema: { type: 'object', properties: { [parameter]: { type: 'string' } }, required: [parameter] },
});
const tools = [
  tool('run_command', 'command'),
  tool('read_file', 'path'),
  tool('query', 'sql'),
  tool('fetch', 'url'),
  tool('send_message', 'text'),
];

const answers = {
  initialize: answerInitialize,
  'tools/list': ({ id }) => answer(id, { tools }),
  'tools/call': ({ id }) => answer(id, { content: [{ type: 'text', text: said }] }),
  'resources/read': ({ id, params }) => answer(id, { contents: [{ uri: params.uri, text: said }] }),
};

onMessages((message) => {
  appendFileSync(file, `${JSON.stringify(message)}\n`);
  answers[message.method]?.(message);
});
