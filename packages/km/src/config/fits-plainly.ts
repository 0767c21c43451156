/** What the schema of a plain setting comes down to. */
export type PlainRule =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** A bound that is left out is none: JSON has no Infinity. */
  | { readonly kind: 'number'; readonly whole: boolean; readonly least?: number; readonly most?: number };

/** True when the value is as its schema wants it, and is taken as it is. False may also mean that only the schema can tell. */
export function fitsPlainly(rule: PlainRule | undefined, value: unknown): boolean {
  if (rule === undefined) return false;
  if (rule.kind === 'boolean') return typeof value === 'boolean';
  if (rule.kind === 'choice') return typeof value === 'string' && rule.of.includes(value);
  if (typeof value !== 'number' || (rule.whole && !Number.isSafeInteger(value))) return false;
  return value >= (rule.least ?? -Infinity) && value <= (rule.most ?? Infinity);
}
