import type { Finding } from './finding.ts';
import type { Passage, Surface } from './passage.ts';
import type { Prepared } from './text/prepare.ts';

/** A finding as a detector gives it: offsets into the passage's text. The engine adds the pointer and redacts the evidence. */
export interface Found extends Omit<Finding, 'at' | 'evidence'> {
  readonly start: number;
  readonly end: number;
}

/** A text that repeats itself for megabytes says nothing new after so many findings of one detector. */
export const findingsOfDetectorMax = 50;

/** Looks for one kind of danger in a text. Knows nothing of what came before. */
export interface Detector {
  readonly name: string;
  readonly surfaces: readonly Surface[];
  /**
   * Lower-case ASCII, at least one of which is in `prepared.plain` wherever there can be something to find. One pass finds
   * the words of all detectors, and only those of which a word was found look. Without it a detector always looks.
   */
  readonly keywords?: readonly string[];
  /** Beside keywords: it looks too where this is in `prepared.plain`. For what has no word of its own, and costs a search. */
  readonly orPattern?: RegExp;
  /**
   * Linear in the length of the text, which is 65,536 characters at most: a longer one comes in windows that overlap.
   * Decoded readings of it come as texts of their own. `passage.text` is what is looked at; 50 findings of it are kept.
   */
  detect(prepared: Prepared, passage: Passage): readonly Found[];
}

/** Texts that a detector is to find, and look-alikes that it is to leave alone. At least ten of each, beside the detector. */
export interface Examples {
  readonly caught: readonly Example[];
  readonly innocent: readonly Example[];
}

export type Example = Pick<Passage, 'surface' | 'text' | 'key' | 'tool'>;
