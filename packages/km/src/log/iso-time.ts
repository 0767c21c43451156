let second = Number.NaN;
let beginning = '';

/** ISO 8601 in UTC with milliseconds. The part down to the second is kept, since most calls come within the same one. */
export function isoTime(time: number): string {
  const whole = Math.floor(time / 1_000);
  if (whole !== second) {
    second = whole;
    beginning = new Date(whole * 1_000).toISOString().slice(0, -4);
  }
  const ms = Math.floor(time) - whole * 1_000;
  return `${beginning}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z`;
}
