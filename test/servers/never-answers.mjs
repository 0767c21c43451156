// Reads everything and answers nothing; ends when stdin ends. Says `read` on stderr with its first bytes.
process.stdin.once('data', () => process.stderr.write('read\n'));
process.stdin.resume();
