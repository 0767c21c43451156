// A client: starts the command it is given over pipes, sends one request, says `ready` at the first bytes, then waits for ever.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const server = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });

server.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
server.stdout.on('data', () => process.stdout.write('ready\n'));
setInterval(() => {}, 60_000);
