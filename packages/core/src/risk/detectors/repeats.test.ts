import { expect, test } from 'vitest';
import { findingsOfDetectorMax } from '../detector.ts';
import { prepare } from '../text/prepare.ts';
import { personal } from './personal.ts';
import { secrets } from './secrets.ts';

test.each([
  [secrets, 'secret_text', 'http://ann:gr8-Sardine@db '],
  [personal, 'pii_text', 'ann@example.org '],
] as const)('$name stops when it has found as much as is kept', (detector, surface, piece) => {
  const text = piece.repeat(200);
  expect(detector.detect(prepare(text), { surface, text, pointer: '' })).toHaveLength(findingsOfDetectorMax);
});
