const thousands = /\B(?=(\d{3})+$)/g;

/** `12,345`. Written out because the locale functions cost milliseconds on their first use. */
export function grouped(count: number): string {
  return String(count).replace(thousands, ',');
}

/** `1 request`, `42 requests`. */
export function counted(count: number, one: string): string {
  return `${grouped(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** Milliseconds below a second, seconds from there: `3.2 ms`, `61 ms`, `1.2 s`. */
export function duration(ms: number): string {
  return ms < 999.5 ? `${threeDigits(ms, 10)} ms` : `${threeDigits(ms / 1000, 100)} s`;
}

const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Steps of a thousand: `348 B`, `1.2 MB`. */
export function size(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 999.5 && step < sizeUnits.length - 1) {
    value /= 1000;
    step += 1;
  }
  return step === 0 ? `${bytes} B` : `${threeDigits(value, 100)} ${sizeUnits[step]}`;
}

/** One decimal below `wholeFrom`, none from there. */
function threeDigits(value: number, wholeFrom: number): string {
  return value < wholeFrom ? String(Number(value.toFixed(1))) : grouped(Math.round(value));
}
