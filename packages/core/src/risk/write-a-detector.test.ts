import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { miners, minersExamples } from '../../../../examples/detectors/miners.ts';
import { createEngine } from './assess.ts';

const read = (file: string) => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');

const engine = createEngine({ detectors: [miners] });

test.each(minersExamples.caught)('the detector of the guide finds $text', (example) => {
  expect(engine.assessText(example)).toMatchObject({ score: 0.8, findings: [{ rule: 'miners.pool' }] });
});

test.each(minersExamples.innocent)('the detector of the guide leaves $text alone', (example) => {
  expect(engine.assessText(example).findings).toEqual([]);
});

test('the guide shows the detector as it is', () => {
  expect(read('docs/guides/write-a-detector.md')).toContain(`\`\`\`ts\n${read('examples/detectors/miners.ts')}\`\`\``);
});
