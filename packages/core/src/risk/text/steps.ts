/**
 * Where a place in a changed text stands in the one it was made from.
 *
 * @param steps Pairs of places, in the changed text and in the other: from each on, both run in step.
 */
export function placeAt(steps: readonly number[], place: number): number {
  let low = 0;
  let high = steps.length / 2 - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((steps[middle * 2] as number) <= place) low = middle;
    else high = middle - 1;
  }
  return (steps[low * 2 + 1] as number) + place - (steps[low * 2] as number);
}
