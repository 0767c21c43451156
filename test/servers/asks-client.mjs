// Before it answers tools/call it asks the client for roots/list and sampling, with the id of the call itself.
import { answer, answerInitialize, onMessages, send } from './messages.mjs';

const tool = { name: 'ask', description: 'Asks the client.', inputSchema: { type: 'object' } };
const sampling = { messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }], maxTokens: 5 };
let call;
let roots;

function answerCall(sampled) {
  answer(call, { content: [{ type: 'text', text: JSON.stringify({ roots, sampled }) }] });
  call = undefined;
}

onMessages((message) => {
  const { id, method, result } = message;
  if (method === 'initialize') return answerInitialize(message);
  if (method === 'tools/list') return answer(id, { tools: [tool] });
  if (method === 'tools/call') {
    call = id;
    return send({ id, method: 'roots/list' });
  }
  if (result?.roots !== undefined) {
    roots = result.roots;
    return send({ id, method: 'sampling/createMessage', params: sampling });
  }
  if (method === undefined && call !== undefined) answerCall(result);
});
