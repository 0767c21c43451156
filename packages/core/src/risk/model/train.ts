import { chunksOf, featuresMax, featuresOf } from './features.ts';
import { type PackedModel, unpack } from './model.ts';

/** A text to learn from. */
export interface Lesson {
  readonly plain: string;
  readonly isAttack: boolean;
  /** Where it comes from: all sources weigh the same, however much each has. */
  readonly source: string;
}

const epochs = 12;
const rate = 1.2;
const decay = 2e-6;

/**
 * Trains a logistic regression by gradient descent. The same lessons and seed always give the same weights.
 *
 * @param held Ordinary texts that were not learned from, for the thresholds.
 */
export function train(lessons: readonly Lesson[], held: readonly Lesson[], seed: number): PackedModel {
  const examples = lessons.flatMap(({ plain, isAttack, source }) =>
    chunksOf(plain).map((chunk) => ({ features: featuresOf(chunk), isAttack, source: `${isAttack} ${source}` })),
  );
  const shares = sharesOf(examples);
  const weights = new Float64Array(featuresMax);
  let bias = 0;
  const random = randomFrom(seed);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const step = rate / (1 + epoch);
    for (const { features, isAttack, source } of shuffled(examples, random)) {
      const norm = 1 / Math.sqrt(features.length + 8);
      const logit = bias + norm * features.reduce((sum, feature) => sum + (weights[feature] as number), 0);
      const pull = step * (shares.get(source) as number) * ((isAttack ? 1 : 0) - 1 / (1 + Math.exp(-logit)));
      for (const feature of features) weights[feature] = (weights[feature] as number) * (1 - decay) + pull * norm;
      bias += pull * 0.1;
    }
  }
  return withThresholds(pack(weights, bias), held);
}

/** Both classes weigh the same, and within a class a source weighs by the root of its size. */
function sharesOf(examples: readonly { readonly isAttack: boolean; readonly source: string }[]) {
  const sizes = new Map<string, number>();
  for (const { source } of examples) sizes.set(source, (sizes.get(source) ?? 0) + 1);
  const totals = { true: 0, false: 0 };
  for (const [source, size] of sizes) totals[source.startsWith('true') ? 'true' : 'false'] += Math.sqrt(size);
  return new Map(
    [...sizes].map(([source, size]) => {
      const total = totals[source.startsWith('true') ? 'true' : 'false'];
      return [source, Math.min(3, (examples.length / 2) * (Math.sqrt(size) / total / size))];
    }),
  );
}

function pack(weights: Float64Array, bias: number): PackedModel {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9);
  const scale = largest / 127;
  const bytes = Int8Array.from(weights, (weight) => Math.round(weight / scale));
  const text = Array.from(new Uint8Array(bytes.buffer), (byte) => String.fromCharCode(byte)).join('');
  return {
    weights: btoa(text),
    scale: Number(scale.toPrecision(6)),
    bias: Number(bias.toPrecision(6)),
    at1Percent: 0,
    at01Percent: 0,
  };
}

function withThresholds(model: PackedModel, held: readonly Lesson[]): PackedModel {
  const { logit } = unpack(model);
  const logits = held
    .filter(({ isAttack }) => !isAttack)
    .map(({ plain }) => logit(plain))
    .sort((a, b) => b - a);
  const at = (share: number) => Number((logits[Math.floor(share * logits.length)] ?? 0).toPrecision(5));
  return { ...model, at1Percent: at(0.01), at01Percent: at(0.001) };
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as Item, order[at] as Item];
  }
  return order;
}

/** A small generator of numbers from 0 to 1 that begins anew with each seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
