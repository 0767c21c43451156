// Exits with the status given as first argument, before it has read or written anything.
const [status = '0'] = process.argv.slice(2);

process.exit(Number(status));
