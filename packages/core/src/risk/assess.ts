import { combine } from './combine.ts';
import type { Detector } from './detector.ts';
import { detectors as allDetectors } from './detectors.ts';
import type { Assessment, Finding } from './finding.ts';
import type { Passage } from './passage.ts';
import { createReader, type Reader } from './read-passage.ts';
import type { Knowledge } from './session/knowledge.ts';
import { passagesOf, passagesOfText, type Subject } from './surfaces.ts';
import { joinedPassages } from './text/joined.ts';

/** The risk engine of one session. Pure: it reads nothing and writes nothing. Never throws, whatever the message. */
export interface Engine {
  /** What a message is worth worrying about. Call `learn` once it is known what became of it. */
  assess(subject: Subject): Assessment;
  learn(subject: Subject, assessment: Assessment, forwarded: boolean): void;
  /** One text by itself, with no past. Arguments that are a JSON object are read member by member. */
  assessText(passage: Omit<Passage, 'pointer'>): Assessment;
}

export interface EngineParts {
  readonly detectors?: readonly Detector[];
  readonly knowledge?: Knowledge;
  /** Detectors of the learned model, where it is to speak beside the rules. */
  readonly model?: readonly Detector[];
}

export function createEngine({ detectors = allDetectors, knowledge, model = noModel }: EngineParts = {}): Engine {
  const reader = detectors === allDetectors ? commonReader(model) : createReader([...detectors, ...model]);
  return {
    assess(subject) {
      const failed = new Set<string>();
      const findings = readMessage(passagesOf(subject), (passage) => reader.read(passage, failed));
      const known = attempt('knowledge', failed, () => knowledge?.look(subject, findings) ?? []);
      return assessmentOf([...findings, ...known], failed);
    },
    learn(subject, { findings }, forwarded) {
      knowledge?.learn(subject, findings, forwarded);
    },
    assessText(passage) {
      const failed = new Set<string>();
      return assessmentOf(
        readMessage(passagesOfText(passage), (part) => reader.read(part, failed)),
        failed,
      );
    },
  };
}

const noModel: readonly Detector[] = [];

/** A reader knows nothing of sessions, and takes 20 ms to prepare its searches: those of one process share it. */
const readers = new WeakMap<readonly Detector[], Reader>();

function commonReader(model: readonly Detector[]): Reader {
  const reader = readers.get(model) ?? createReader([...allDetectors, ...model]);
  readers.set(model, reader);
  return reader;
}

/** Each passage by itself; then, of passages that are read one after the other, what is only seen in them together. */
function readMessage(passages: readonly Passage[], read: (passage: Passage) => readonly Finding[]): readonly Finding[] {
  const findings = passages.flatMap(read);
  const heaviest = new Map<string, number>();
  for (const { rule, weight } of findings) heaviest.set(rule, Math.max(weight, heaviest.get(rule) ?? 0));
  for (const { passage, partAt } of joinedPassages(passages)) {
    for (const finding of read(passage)) {
      if (finding.weight <= (heaviest.get(finding.rule) ?? 0)) continue;
      const { suggestion: _, ...rest } = finding; // It would be a text for all the fields together.
      findings.push({ ...rest, at: partAt(finding.at.start, finding.at.end) });
    }
  }
  return findings;
}

/** A part that fails costs its own say, not the judgement of all the others. */
function attempt(name: string, failed: Set<string>, look: () => readonly Finding[]): readonly Finding[] {
  try {
    return look();
  } catch {
    failed.add(name); // Told in `unjudged`: who enforces decides whether such a message may pass.
    return [];
  }
}

function assessmentOf(findings: readonly Finding[], failed: ReadonlySet<string>): Assessment {
  const assessment = combine(findings);
  return failed.size === 0 ? assessment : { ...assessment, unjudged: [...failed].sort() };
}
