// Prints its environment as one line of JSON.
process.stdout.write(`${JSON.stringify(process.env)}\n`);
