// Speaks as many kinds of messages as it can, fast: answers every second request, and says now and then something of its
// own. At the end of its input it says on stderr how many lines it has read and written.
const pad = 'lorem ipsum '.repeat(20);
const json = (message) => JSON.stringify({ jsonrpc: '2.0', ...message });

/** What is said beside the answers, every so many requests. */
const extras = [
  [5, (n) => json({ method: 'notifications/progress', params: { progressToken: n, progress: n % 100 } })],
  [40, (n) => json({ id: `s${n}`, method: 'sampling/createMessage', params: { maxTokens: 10, text: pad } })],
  [90, (n) => `[${json({ method: 'notifications/message', params: { data: pad } })},${json({ id: n, result: {} })}]`],
  [110, (n) => json({ id: n + 1, result: { resultType: 'input_required', requestState: `state-${n}` } })],
  [130, (n) => json({ id: n + 3, result: { task: { taskId: `task-${n}`, status: 'working' } } })],
  [170, (n) => `plain text ${n}`],
  [190, (n) => `{"half":${n}`],
  [210, () => '{"jsonrpc":"2.0","method":"twice","method":"notifications/x"}'],
];
const ok = json({ id: 0, result: { content: [{ type: 'text', text: pad }] } }).split('"id":0');

let rest = '';
let read = 0;
let written = 0;

function answer(line) {
  const n = read++;
  let out = '';
  const say = (text) => {
    written++;
    out += `${text}\n`;
  };
  const id = n % 2 === 0 && line.includes('"method"') ? /"id":(\d+)/.exec(line)?.[1] : undefined;
  if (id !== undefined) say(ok.join(`"id":${id}`));
  for (const [every, text] of extras) if (n % every === every - 1) say(text(n));
  if (n % 500 === 0) process.stderr.write(`at ${n}\n`);
  return out;
}

process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  if (process.stdout.write(lines.map(answer).join(''))) return;
  process.stdin.pause();
  process.stdout.once('drain', () => process.stdin.resume());
});
process.stdin.on('end', () => process.stderr.write(`soak ${JSON.stringify({ read, written })}\n`));
