// A client: starts the command it is given over pipes, sends a request,
// at the first bytes that come back another, says `ready`, and waits for ever.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const server = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });

server.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
server.stdout.once('data', () => {
  server.stdin.write('{"jsonrpc":"2.0","id":2,"method":"ping"}\n', () => process.stdout.write('ready\n'));
});
server.stdout.resume();
setInterval(() => {}, 60_000);
