// Loaded into km before it starts: notes which of its code runs, and writes that down when it ends. Not by NODE_V8_COVERAGE,
// which the servers that km starts would inherit, and a test would rightly complain of.
const { randomUUID } = require('node:crypto');
const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const path = require('node:path');

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

process.on('exit', () => {
  session.post('Profiler.takePreciseCoverage', (error, coverage) => {
    if (error) return;
    const own = coverage.result.filter(({ url }) => url.includes('/packages/km/dist/'));
    writeFileSync(path.join(__dirname, '../coverage/.work/raw', `${randomUUID()}.json`), JSON.stringify(own));
  });
});
