import { type Detector, type Found, findingsOfDetectorMax } from './detector.ts';
import { evidenceOf } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { Passage, Surface } from './passage.ts';
import { createKeywords, type Keywords } from './text/keywords.ts';
import { type Prepared, prepare } from './text/prepare.ts';
import { variantsOf } from './text/variants.ts';
import { windowsOf } from './text/windows.ts';

export interface Reader {
  /** What the detectors of its surface find in a passage. Adds the names of those that throw to `failed`. */
  read(passage: Passage, failed: Set<string>): Finding[];
}

/** The detectors of one surface, and the words that tell which of them look. */
interface Lookout {
  readonly detectors: readonly Detector[];
  readonly always: readonly number[];
  readonly patterns: readonly { readonly index: number; readonly pattern: RegExp }[];
  readonly keywords: Keywords;
}

/** Reads passages: one search for the words of all detectors, then only those detectors that have something to look at. */
export function createReader(detectors: readonly Detector[]): Reader {
  const lookouts = new Map<Surface, Lookout>();
  const lookoutFor = (surface: Surface) => {
    // Made when first needed: a run that sees no SQL needs no search for its words.
    const lookout = lookouts.get(surface) ?? lookoutOf(detectors.filter(({ surfaces }) => surfaces.includes(surface)));
    lookouts.set(surface, lookout);
    return lookout;
  };
  return {
    read(passage, failed) {
      const lookout = lookoutFor(passage.surface);
      const windows = windowsOf(passage.text);
      if (windows.length === 1) return readWindow(passage, passage.text, 0, lookout, failed);
      const findings = windows.flatMap(({ start, text }) =>
        // A suggestion is for the whole string, which this is not.
        readWindow(passage, text, start, lookout, failed).map(({ suggestion: _, ...rest }) => rest),
      );
      return withoutRepeats(findings);
    },
  };
}

function lookoutOf(detectors: readonly Detector[]): Lookout {
  const always = detectors.flatMap(({ keywords }, index) => (keywords === undefined ? [index] : []));
  const patterns = detectors.flatMap(({ orPattern }, index) =>
    orPattern === undefined ? [] : [{ index, pattern: orPattern }],
  );
  return { detectors, always, patterns, keywords: createKeywords(detectors.map(({ keywords = [] }) => keywords)) };
}

function readWindow(passage: Passage, text: string, from: number, lookout: Lookout, failed: Set<string>): Finding[] {
  const here = text === passage.text ? passage : { ...passage, text };
  const prepared = prepare(text);
  const found = [...look(prepared, here, lookout, failed)];
  for (const variant of variantsOf(prepared)) {
    const inVariant = look(variant.prepared, { ...here, text: variant.prepared.text }, lookout, failed);
    for (const one of inVariant) {
      if (found.some(({ rule, weight }) => rule === one.rule && weight >= one.weight)) continue;
      const { suggestion: _, ...rest } = one; // It would replace the text as it is written by a decoded one.
      const weight = variant.hides && isOrder(one.rule) ? hiddenWeight(one.weight) : one.weight;
      const reason = `${one.reason} It was ${variant.how}.`;
      found.push({ ...rest, weight, reason, ...variant.place(one.start, one.end) });
    }
  }
  return found.map(({ start, end, ...rest }) => ({
    ...rest,
    evidence: evidenceOf(text, { start, end, rule: rest.rule }, found),
    at: { pointer: passage.pointer, start: from + start, end: from + end },
  }));
}

/** Orders to the model: to hide one is half a confession. */
const isOrder = (rule: string) => rule.startsWith('poison.') || rule.startsWith('injection.');
const hiddenWeight = (weight: number) =>
  weight < orderFrom ? weight : Math.min(hiddenMax, Math.round((1 + weight) * 500) / 1_000);
const orderFrom = 0.15;
const hiddenMax = 0.9;

function look(prepared: Prepared, passage: Passage, lookout: Lookout, failed: Set<string>): readonly Found[] {
  const { detectors, always, patterns, keywords } = lookout;
  const chosen = [...always];
  keywords.find(prepared.plain, (index) => chosen.push(index));
  for (const { index, pattern } of patterns) {
    if (!chosen.includes(index) && pattern.test(prepared.plain)) chosen.push(index);
  }
  if (chosen.length === 0) return [];
  // The order of the words in the text shall not be the order of the findings.
  return chosen
    .sort((a, b) => a - b)
    .flatMap((index) => {
      const detector = detectors[index] as Detector;
      try {
        return detector.detect(prepared, passage).slice(0, findingsOfDetectorMax);
      } catch {
        failed.add(detector.name); // One detector that fails shall not silence the others.
        return [];
      }
    });
}

/** What stands where two windows overlap was seen twice. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, at: { start } }) => {
    const key = `${rule} ${start}`;
    return !seen.has(key) && seen.add(key);
  });
}
