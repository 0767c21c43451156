import { combine } from './combine.ts';
import type { Detector, Found } from './detector.ts';
import { detectors as allDetectors } from './detectors.ts';
import type { Assessment, Finding } from './finding.ts';
import type { Passage, Surface } from './passage.ts';
import type { Knowledge } from './session/knowledge.ts';
import { passagesOf, type Subject } from './surfaces.ts';
import { prepare } from './text/prepare.ts';

/** The risk engine of one session. Pure: it reads nothing and writes nothing. */
export interface Engine {
  /** What a message is worth worrying about. Call `learn` once it is known what became of it. */
  assess(subject: Subject): Assessment;
  learn(subject: Subject, assessment: Assessment, forwarded: boolean): void;
  /** One text by itself, with no past. */
  assessText(passage: Omit<Passage, 'pointer'>): Assessment;
}

export interface EngineParts {
  readonly detectors?: readonly Detector[];
  readonly knowledge?: Knowledge;
}

const evidenceCharsMax = 80;

export function createEngine({ detectors = allDetectors, knowledge }: EngineParts = {}): Engine {
  const bySurface = groupBySurface(detectors);
  const read = (passage: Passage): Finding[] => {
    const prepared = prepare(passage.text);
    const found = (bySurface.get(passage.surface) ?? []).flatMap((detector) => detector.detect(prepared, passage));
    return found.map((one) => findingOf(one, passage));
  };
  return {
    assess(subject) {
      const findings = passagesOf(subject).flatMap(read);
      return combine([...findings, ...(knowledge?.look(subject, findings) ?? [])]);
    },
    learn(subject, { findings }, forwarded) {
      knowledge?.learn(subject, findings, forwarded);
    },
    assessText: (passage) => combine(read({ ...passage, pointer: '' })),
  };
}

function groupBySurface(detectors: readonly Detector[]): ReadonlyMap<Surface, readonly Detector[]> {
  const groups = new Map<Surface, Detector[]>();
  for (const detector of detectors) {
    for (const surface of detector.surfaces) groups.set(surface, [...(groups.get(surface) ?? []), detector]);
  }
  return groups;
}

function findingOf({ start, end, ...rest }: Found, { pointer, text }: Passage): Finding {
  return { ...rest, evidence: text.slice(start, Math.min(end, start + evidenceCharsMax)), at: { pointer, start, end } };
}
