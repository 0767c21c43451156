import type { Prepared } from './prepare.ts';

/** What a text says when it is decoded. */
export interface Variant {
  readonly prepared: Prepared;
  /** How it was written, for a person: "written in base64". */
  readonly how: string;
  /** Where a stretch of the decoded text stands in the text as it came. */
  place(start: number, end: number): { readonly start: number; readonly end: number };
}

/** The other readings of a text. */
export function variantsOf(_prepared: Prepared): readonly Variant[] {
  return [];
}
