// Writes every byte of stdin back to stdout, as it came, and ends when stdin ends.
process.stdin.pipe(process.stdout);
