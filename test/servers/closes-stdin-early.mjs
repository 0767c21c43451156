// Closes its stdin at once, says so on stdout, and lives on for a while (milliseconds, first argument).
import { closeSync } from 'node:fs';

const [lifeMs = '300'] = process.argv.slice(2);

closeSync(0);
process.stdout.write('closed\n');
setTimeout(() => process.stdout.write('bye\n'), Number(lifeMs));
