/**
 * What runs in a plugin's thread. A text, because the thread starts from the same text under Node and in the compiled
 * executable, where there is no file to start from.
 *
 * The answer to `judge` goes through JSON on this side too: what cannot be JSON then fails here, by the plugin's own name.
 */
export const workerSource = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const say = (value) => parentPort.postMessage(JSON.stringify(value));
const reasonOf = (error) => String((error && error.message) || error);
import(workerData.url).then(({ default: filter }) => {
  if (typeof filter !== 'object' || filter === null || typeof filter.judge !== 'function')
    throw new Error('it has no default export with a judge function');
  const { judge, ...manifest } = filter;
  parentPort.on('message', async (text) => {
    const { id, message, context } = JSON.parse(text);
    try {
      say({ id, verdict: (await filter.judge(message, context)) ?? null });
    } catch (error) {
      say({ id, failed: reasonOf(error) });
    }
  });
  say({ ready: manifest });
}).catch((error) => say({ broken: reasonOf(error) }));
`;
