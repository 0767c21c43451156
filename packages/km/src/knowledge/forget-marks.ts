import { existsSync } from 'node:fs';
import path from 'node:path';
import { FactStore, knowledgeFolder, type StoreOptions } from './fact-store.ts';

/**
 * Takes the marks of values seen before a time out of memory and off the disk; running sessions forget them at their next
 * look. Pins and approvals stay.
 *
 * @param before Milliseconds since the epoch.
 */
export async function forgetMarks(options: StoreOptions, before: number): Promise<void> {
  if (!existsSync(path.join(knowledgeFolder(options.dataFolder), 'facts.jsonl'))) return;
  const store = new FactStore(options);
  await store.open();
  store.keep({ kind: 'forget', at: before });
  await store.close();
  await store.shorten();
}
