import { FactStore } from '../src/knowledge/fact-store.ts';

/** Keeps facts one after the other and shortens the file now and then: `knowledge-writer FOLDER NAME COUNT`. */
const [, , dataFolder = '', writer = '', count = '0'] = process.argv;
const onFault = (message: string): never => {
  throw new Error(message);
};
const store = new FactStore({ dataFolder, writer, now: Date.now, onFault });
await store.open();
for (let index = 0; index < Number(count); index++) {
  store.keep({ kind: 'tool', server: 's', tool: `${writer}-${index}`, hash: 'h', parts: {}, at: Date.now() });
  await store.close();
  store.refresh();
  if (index % 20 === 10) await store.shorten();
}
