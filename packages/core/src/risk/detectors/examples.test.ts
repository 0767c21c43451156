import { describe, expect, test } from 'vitest';
import { createEngine } from '../assess.ts';
import type { Detector, Examples } from '../detector.ts';
import { detectors } from '../detectors.ts';
import { commandExamples } from './commands.examples.ts';
import { commands } from './commands.ts';
import { encipheredExamples } from './enciphered.examples.ts';
import { enciphered } from './enciphered.ts';
import { fileExamples } from './files.examples.ts';
import { files } from './files.ts';
import { latinWordsExamples, otherScriptWordsExamples } from './foreign-words.examples.ts';
import { latinWords, otherScriptWords } from './foreign-words.ts';
import { hiddenUnicodeExamples } from './hidden-unicode.examples.ts';
import { hiddenUnicode } from './hidden-unicode.ts';
import { injectionExamples } from './injection.examples.ts';
import { injection } from './injection.ts';
import { networkExamples } from './network.examples.ts';
import { network } from './network.ts';
import { payloadExamples } from './payload.examples.ts';
import { payload } from './payload.ts';
import { personalExamples } from './personal.examples.ts';
import { personal } from './personal.ts';
import { poisonExamples } from './poison.examples.ts';
import { poison } from './poison.ts';
import { secretExamples } from './secrets.examples.ts';
import { secrets } from './secrets.ts';
import { spelledOutExamples } from './spelled-out.examples.ts';
import { spelledOut } from './spelled-out.ts';
import { sqlExamples } from './sql.examples.ts';
import { sql } from './sql.ts';
import { terminalEscapesExamples } from './terminal-escapes.examples.ts';
import { terminalEscapes } from './terminal-escapes.ts';

interface Exhibit {
  readonly detector: Detector;
  readonly examples: Examples;
  /** Least score of what is caught, where 0.7 is too much to ask: what is to be noted, not to be stopped. */
  readonly caughtFrom?: number;
}

/** Each detector with its examples: add yours. */
const exhibits: readonly Exhibit[] = [
  { detector: commands, examples: commandExamples },
  { detector: files, examples: fileExamples },
  { detector: network, examples: networkExamples },
  { detector: payload, examples: payloadExamples },
  { detector: sql, examples: sqlExamples },
  { detector: poison, examples: poisonExamples },
  { detector: injection, examples: injectionExamples },
  { detector: latinWords, examples: latinWordsExamples, caughtFrom: 0.6 },
  { detector: otherScriptWords, examples: otherScriptWordsExamples, caughtFrom: 0.6 },
  { detector: spelledOut, examples: spelledOutExamples },
  { detector: enciphered, examples: encipheredExamples },
  { detector: hiddenUnicode, examples: hiddenUnicodeExamples, caughtFrom: 0.85 },
  { detector: terminalEscapes, examples: terminalEscapesExamples, caughtFrom: 0.85 },
  { detector: personal, examples: personalExamples, caughtFrom: 0.4 },
  { detector: secrets, examples: secretExamples, caughtFrom: 0.4 },
];

const innocentBelow = 0.4;

describe.each(exhibits.map((exhibit) => [exhibit.detector.name, exhibit] as const))('%s', (_, exhibit) => {
  const { detector, examples, caughtFrom = 0.7 } = exhibit;
  const engine = createEngine({ detectors: [detector] });
  const told = (text: string) => JSON.stringify(text).slice(0, 100);

  test.each(examples.caught.map((example) => [told(example.text), example] as const))('catches %s', (_, example) => {
    const { score, unjudged } = engine.assessText(example);
    expect(unjudged).toBeUndefined();
    expect(score).toBeGreaterThanOrEqual(caughtFrom);
  });

  test.each(examples.innocent.map((example) => [told(example.text), example] as const))('lets %s be', (_, example) => {
    const { score, findings, unjudged } = engine.assessText(example);
    expect(unjudged).toBeUndefined();
    expect(score, JSON.stringify(findings)).toBeLessThan(Math.min(innocentBelow, caughtFrom));
  });

  test('has ten examples and more of each kind', () => {
    expect(examples.caught.length).toBeGreaterThanOrEqual(10);
    expect(examples.innocent.length).toBeGreaterThanOrEqual(10);
  });
});

test('every detector has its examples here', () => {
  const shown = new Set(exhibits.map(({ detector }) => detector.name));
  expect(detectors.filter(({ name }) => !shown.has(name)).map(({ name }) => name)).toEqual([]);
});
