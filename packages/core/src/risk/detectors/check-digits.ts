/** Digits of a number that is written in groups. */
export function digitsOf(text: string): number[] {
  return [...text.replace(/[^0-9]/g, '')].map(Number);
}

/** Payment cards, and identity numbers of Sweden and South Africa. */
export function passesLuhn(text: string): boolean {
  const sum = digitsOf(text).reduceRight((total, digit, index, all) => {
    const doubled = (all.length - index) % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** Bank accounts: the number, with its beginning moved to its end and letters as numbers, leaves 1 when divided by 97. */
export function passesMod97(text: string): boolean {
  const plain = text.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
  let rest = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** ISO 7064 MOD 11,10: tax numbers of Germany. */
export function passesMod11And10(text: string): boolean {
  const digits = digitsOf(text);
  const check = digits.pop();
  const product = digits.reduce((carry, digit) => (((digit + carry) % 10 || 10) * 2) % 11, 10);
  return (11 - product) % 10 === check;
}

/** A sum of the digits, each times its weight, that `modulus` divides. */
export function passesWeights(text: string, weights: readonly number[], modulus: number): boolean {
  const digits = digitsOf(text);
  if (digits.length !== weights.length) return false;
  return digits.reduce((sum, digit, index) => sum + digit * (weights[index] ?? 0), 0) % modulus === 0;
}

const products = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const shifts = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Verhoeff: identity numbers of India. */
export function passesVerhoeff(text: string): boolean {
  const rest = digitsOf(text).reduceRight((check, digit, index, all) => {
    const shifted = Number(shifts[(all.length - 1 - index) % 8]?.[digit]);
    return Number(products[check]?.[shifted]);
  }, 0);
  return rest === 0;
}

/** Six digits that are a day, as year, month and day. */
export function startsWithDate(text: string): boolean {
  const [month, day] = [Number(text.slice(2, 4)), Number(text.slice(4, 6))];
  const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}
