import { expect, test } from 'vitest';
import { whatGotWorse } from './compare.ts';

const page = ({ recall = '80.0 %', flagged = '0.40 %', base64 = '97.0 %' } = {}) => `# Scorecard

## By surface

| surface | attacks | recall | ordinary flagged |
| --- | --- | --- | --- |
| tool_result | 602 | ${recall} | ${flagged} |
| path | 20 | 10.0 % |  |

## Disguises

| disguise | texts | still flagged |
| --- | --- | --- |
| base64 | 371 | ${base64} |
`;

test('nothing got worse where nothing changed, nor where it got better', () => {
  expect(whatGotWorse(page(), page())).toEqual([]);
  expect(whatGotWorse(page(), page({ recall: '90.0 %', flagged: '0.00 %' }))).toEqual([]);
});

test('a change within the noise is let be', () => {
  expect(whatGotWorse(page(), page({ recall: '79.5 %', flagged: '0.45 %' }))).toEqual([]);
});

test('lost recall, new false alarms and a disguise that works are told', () => {
  expect(whatGotWorse(page(), page({ recall: '70.0 %', flagged: '0.90 %', base64: '50.0 %' }))).toEqual([
    'tool_result: recall was 80 %, is 70 %.',
    'tool_result: ordinary flagged was 0.4 %, is 0.9 %.',
    'base64: still flagged was 97 %, is 50 %.',
  ]);
});

test('a surface that is gone is told', () => {
  expect(whatGotWorse(page(), page().replace('| path', '| other'))).toEqual(['path: no longer measured.']);
});
