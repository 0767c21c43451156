/** Number of hashed features, a power of two. */
export const featuresMax = 1 << 14;

const chunkChars = 260;
/** A long text is looked at where orders are most often put: at its beginning and its end. */
const chunksAtStart = 10;
const chunksAtEnd = 6;

/** The stretches of a text that are scored one by one, each about as long as an order to a model. */
export function chunksOf(plain: string): readonly string[] {
  const count = Math.max(1, Math.ceil(plain.length / chunkChars));
  const chunks: string[] = [];
  for (let index = 0; index < count; index++) {
    if (index >= chunksAtStart && index < count - chunksAtEnd) continue;
    // A little of the one before, so that no order is cut in two.
    chunks.push(plain.slice(Math.max(0, index * chunkChars - 60), (index + 1) * chunkChars));
  }
  return chunks;
}

/** The hashed words and pairs of words of a text in lower case, each once. */
export function featuresOf(chunk: string): readonly number[] {
  const features: number[] = [];
  round = (round + 1) & 0xff;
  if (round === 0) {
    seenIn.fill(0);
    round = 1;
  }
  let word = seed;
  let previous = seed;
  for (let at = 0; at <= chunk.length; at++) {
    const code = at < chunk.length ? chunk.charCodeAt(at) : 0x20;
    if (isLetter(code)) {
      word = Math.imul(word ^ (isDigit(code) ? 0x30 : code), prime);
      continue;
    }
    if (word === seed) continue;
    addOnce(features, place(word));
    addOnce(features, place(Math.imul(previous, 31) ^ word));
    previous = word;
    word = seed;
  }
  return features;
}

/**
 * Of each feature, the round in which it was seen last: a set of them for each text would cost more than all the rest. Small, so
 * that it stays near the processor.
 */
const seenIn = new Uint8Array(featuresMax);
let round = 0;

function addOnce(features: number[], feature: number): void {
  if (seenIn[feature] === round) return;
  seenIn[feature] = round;
  features.push(feature);
}

const seed = 0x811c9dc5 | 0;
const prime = 0x01000193;
const place = (hash: number) => (hash ^ (hash >>> 14) ^ (hash >>> 27)) & (featuresMax - 1);
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;
/** Other scripts are left to the rules: with ordinary texts in one of them alone, a model takes all the others for attacks. */
const isLetter = (code: number) => code < letters.length && letters[code] === 1;
const letters = Uint8Array.from({ length: 0x250 }, (_, code) =>
  Number((code >= 0x61 && code <= 0x7a) || isDigit(code) || code === 0x5f || code === 0x27 || code >= 0xc0),
);
