import { digitsOf, passesLuhn, passesMod11And10, passesWeights, startsWithDate } from './check-digits.ts';

/** Eight groups, or fewer and one gap; the last two may be written as IPv4. */
export function isIpv6(match: string): boolean {
  const groups = match.split(':').filter((group) => group !== '').length + (match.includes('.') ? 1 : 0);
  const gaps = match.split('::').length - 1;
  return !match.includes(':::') && (gaps === 1 ? groups < 8 : gaps === 0 && groups === 8);
}

/** Spain: a letter for the number divided by 23. */
export function isNie(match: string): boolean {
  const plain = match.toUpperCase().replace('-', '');
  const digits = plain.slice(0, -1).replace(/^[XYZ]/, (letter) => `${'XYZ'.indexOf(letter)}`);
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === plain.at(-1);
}

/** Sweden: a day of birth, and Luhn. */
export function isPersonnummer(match: string): boolean {
  const digits = digitsOf(match).join('').slice(-10);
  return startsWithDate(digits) && passesLuhn(digits);
}

/** Australia: companies, and taxpayers. */
export function isAustralian(match: string): boolean {
  const digits = digitsOf(match);
  const sum = digits.slice(0, 8).reduce((total, digit, index) => total + digit * (8 - index), 0);
  const isCompany = sum > 0 && (10 - (sum % 10)) % 10 === digits[8];
  return isCompany || (sum > 0 && passesWeights(match, [1, 4, 3, 7, 5, 8, 6, 9, 10], 11));
}

/** Korea: businesses. */
export function isKoreanBusiness(match: string): boolean {
  const digits = digitsOf(match);
  const sum = [1, 3, 7, 1, 3, 7, 1, 3, 5].reduce((total, weight, index) => total + weight * (digits[index] ?? 0), 0);
  return (10 - ((sum + Math.floor(((digits[8] ?? 0) * 5) / 10)) % 10)) % 10 === digits[9];
}

function sumOf(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);
}

/** Germany: taxpayers. One of the first ten digits is there two or three times, the others at most once. */
export function isSteuerId(match: string): boolean {
  const first = match.slice(0, 10);
  const missing = 10 - new Set(first).size;
  return (missing === 1 || missing === 2) && !/(\d)(?:.*\1){3}/.test(first) && passesMod11And10(match);
}

/** The Philippines: taxpayers. */
export function isPhilippineTin(match: string): boolean {
  const digits = digitsOf(match);
  const sum = sumOf(digits, [9, 8, 7, 6, 5, 4, 3, 2]);
  return sum > 0 && sum % 11 === digits[8];
}

/** Korea: residents. Those from abroad count from another number. */
export function isKorean(match: string): boolean {
  const digits = digitsOf(match);
  const from = (digits[6] ?? 0) >= 5 ? 13 : 11;
  return (from - (sumOf(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === digits[12];
}

/** Finland: a letter for the number divided by 31. */
export function isHenkilotunnus(match: string): boolean {
  const number = Number(match.slice(0, 6) + match.slice(7, 10));
  return '0123456789ABCDEFHJKLMNPRSTUVWXY'[number % 31] === match.at(-1);
}

/** Singapore: citizens and residents. */
export function isNric(match: string): boolean {
  const sum = sumOf(digitsOf(match), [2, 7, 6, 5, 4, 3, 2]) + (/^[TG]/.test(match) ? 4 : 0);
  return (/^[ST]/.test(match) ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK')[sum % 11] === match.at(-1);
}

/** Turkey: two check digits. */
export function isTurkish(match: string): boolean {
  const digits = digitsOf(match);
  const tenth = sumOf(digits, [7, -1, 7, -1, 7, -1, 7, -1, 7]) % 10;
  return (tenth + 10) % 10 === digits[9] && sumOf(digits, Array(10).fill(1)) % 10 === digits[10];
}

/** Thailand. */
export function isThai(match: string): boolean {
  const digits = digitsOf(match);
  return (11 - (sumOf(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === digits[12];
}

/** United States: who may prescribe. */
export function isDea(match: string): boolean {
  const digits = digitsOf(match.slice(2));
  return sumOf(digits, [1, 2, 1, 2, 1, 2]) % 10 === digits[6];
}

/** Germany: doctors. */
export function isLanr(match: string): boolean {
  const digits = digitsOf(match);
  const sum = sumOf(digits, [4, 9, 4, 9, 4, 9]);
  return sum > 0 && (10 - (sum % 10)) % 10 === digits[6];
}

/** Australia: businesses. */
export function isAbn(match: string): boolean {
  const sum = sumOf(digitsOf(match), [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
  return sum > 10 && (sum - 10) % 89 === 0;
}
