import { type Decoded, decoders, lookAt } from './decoders.ts';
import { type Prepared, prepare } from './prepare.ts';

/** What a text says when it is decoded. */
export interface Variant {
  readonly prepared: Prepared;
  /** How it was written, for a person: "written in base64". */
  readonly how: string;
  /** Nobody reads it as it is written, but a model. */
  readonly hides: boolean;
  /** Where a stretch of the decoded text stands in the text as it came. */
  place(start: number, end: number): { readonly start: number; readonly end: number };
}

/** The other readings of a text: each encoding undone once. None for most texts, which costs a few searches. */
export function variantsOf({ text, plain }: Prepared): readonly Variant[] {
  const look = lookAt(text);
  if (look.signs === 0) return [];
  return decoders
    .filter(({ sign }) => (look.signs & sign) !== 0)
    .flatMap(({ how, hides = false, decode }) =>
      decode(text, look).map((decoded) => ({ how, hides, ...variantOf(decoded) })),
    )
    .filter(({ prepared }) => prepared.plain !== plain);
}

function variantOf({ text, pieces }: Decoded): Pick<Variant, 'prepared' | 'place'> {
  const prepared = prepare(text);
  const placeOf = (at: number, side: 'start' | 'end') => {
    const piece = pieces[lastFrom(pieces, at)];
    if (piece === undefined) return 0;
    const within = at - piece.at;
    // Inside what was decoded there is no telling one letter's place from the next.
    if (piece.encoded) return side === 'start' ? piece.start : piece.end;
    return Math.min(piece.start + within, piece.end);
  };
  return {
    prepared,
    place: (start, end) => ({ start: placeOf(start, 'start'), end: placeOf(Math.max(start, end - 1), 'end') + 1 }),
  };
}

/** Index of the last piece that begins at or before `at`. */
function lastFrom(pieces: Decoded['pieces'], at: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle] as { at: number }).at <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
