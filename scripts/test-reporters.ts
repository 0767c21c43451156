import path from 'node:path';

type Reporter = 'default' | ['json', { outputFile: string }];

/** What vitest prints, and, where `TEST_REPORTS` names a folder, a JSON file in it that `npm run check` counts from. */
export function testReporters(folder: string | undefined = process.env.TEST_REPORTS): Reporter[] {
  if (folder === undefined) return ['default'];
  return ['default', ['json', { outputFile: path.join(folder, `${process.pid}.json`) }]];
}
