import { personalFormats } from '../../secret-formats.ts';
import type { Detector, Found } from '../detector.ts';
import type { Surface } from '../passage.ts';
import {
  digitsOf,
  passesLuhn,
  passesMod11And10,
  passesMod97,
  passesVerhoeff,
  passesWeights,
  startsWithDate,
} from './check-digits.ts';
import { personalSigns, personalSignsIn } from './personal-signs.ts';

/** What belongs to a person. Ordinary in most traffic, so it weighs little by itself; who sends it where is what counts. */
export const personal: Detector = {
  name: 'personal',
  surfaces: ['tool_args', 'tool_result', 'user_prompt', 'pii_text'],
  detect({ text }, { surface }) {
    const found: Found[] = [];
    for (const kind of kindsFor(text, surface)) {
      const { name, pattern, isValid } = kind;
      for (const { 0: match, index } of text.matchAll(pattern)) {
        if (isValid?.(match) === false || !isSaid(kind, text, index, surface)) continue;
        const end = index + match.length;
        if (!found.some((other) => index < other.end && end > other.start))
          found.push(findingOf(name, index, end, surface));
      }
    }
    return found;
  },
};

/** Those that there can be in a text. */
function kindsFor(text: string, surface: Surface): readonly Kind[] {
  const signs = personalSignsIn(text);
  const isHere = ({ sign }: Kind) => sign === undefined || (signs & sign) !== 0;
  if (surface === 'pii_text') return kinds.filter(isHere);
  if ((signs & openingSigns) === 0) return [];
  return (anySaid.test(text) ? kinds : plainKinds).filter(isHere);
}

/** A number of some length, or an address; most texts have neither. */
const openingSigns = personalSigns.at | personalSigns.number | personalSigns.longWord;

interface Kind {
  readonly name: string;
  readonly pattern: RegExp;
  /** What every one of this kind has. */
  readonly sign?: number;
  readonly isValid?: (match: string) => boolean;
  /** Numbers that many other numbers look like: what has to be said shortly before. A text about personal data says it. */
  readonly said?: RegExp;
}

function isSaid({ said }: Kind, text: string, at: number, surface: Surface): boolean {
  return said === undefined || surface === 'pii_text' || said.test(text.slice(Math.max(0, at - 60), at));
}

const known = (name: string) => (personalFormats.find((format) => format.name === name) as { pattern: RegExp }).pattern;
const number = (body: string, flags = 'g') => new RegExp(`(?<![A-Za-z0-9])${body}(?![A-Za-z0-9])`, flags);
const { at, number: aNumber, code, longWord } = personalSigns;
const byte = '(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
const ipv4 = `(?:${byte}\\.){3}${byte}`;
const ipSaid = /\bip\b/i;
const identity =
  /\b(?:id|identity|identification|ident|national|social|tax|insured|citizen|resident|registration|number|no|nr)\b/i;

const kinds: readonly Kind[] = [
  { name: 'email', pattern: known('email'), sign: at },
  {
    name: 'card',
    pattern: known('card'),
    sign: aNumber,
    isValid: (match) => /^[2-6]/.test(match) && passesLuhn(match),
  },
  { name: 'iban', pattern: known('iban'), isValid: passesMod97 },
  { name: 'ssn', pattern: known('ssn'), sign: aNumber },
  { name: 'phone', pattern: known('phone') },
  {
    name: 'phone',
    pattern: number('0[ -]?\\(?[2-5][0-9]{2}\\)?[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}'),
    said: /\b(?:phone|tel|mobile|call)/i,
  },
  {
    name: 'phone',
    pattern: number('[2-5][0-9]{2}[ .-]?[0-9]{3}[ .-]?[0-9]{2}[ ]?[0-9]{2}'),
    said: /\b(?:phone|tel|mobile|call)/i,
  },
  {
    name: 'wallet',
    pattern: number('(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{25,60})'),
    sign: longWord,
    isValid: (match) => /[A-Z].*[a-z]|[a-z].*[A-Z]|^bc1/.test(match),
  },
  { name: 'wallet', pattern: number('0x[0-9a-fA-F]{40}'), sign: longWord },
  { name: 'tax-id', pattern: number('[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]', 'gi'), sign: code },
  { name: 'tax-id', pattern: number('[A-Z]{3}[ABCFGHJLNPT][A-Z][0-9]{4}[A-Z]'), sign: code },
  { name: 'tax-id', pattern: number('DE[ -]?[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}', 'gi'), isValid: passesMod11And10 },
  { name: 'tax-id', pattern: number('[1-9][0-9]{10}'), isValid: passesMod11And10, said: /\b(?:tax|steuer|tin)/i },
  { name: 'tax-id', pattern: number('[0-9]{3}-?[0-9]{3}-?[0-9]{3}-?000'), said: /\btin\b/i },
  {
    name: 'national-id',
    pattern: number('[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]', 'gi'),
    isValid: (match) => !/^(?:bg|gb|nk|kn|nt|tn|zz)/i.test(match),
  },
  { name: 'national-id', pattern: number('[XYZ][0-9]{7}-?[A-Z]', 'gi'), isValid: isNie },
  { name: 'national-id', pattern: number('[0-9]{8}-?[A-HJ-NP-TV-Z]'), isValid: isNie, said: /\b(?:nif|dni)\b/i },
  {
    name: 'national-id',
    pattern: number('[0-9]{6}-?[1-8][0-9]{6}'),
    isValid: startsWithDate,
    said: /\b(?:rrn|frn|korea)/i,
  },
  {
    name: 'national-id',
    pattern: number('[0-9]{13}'),
    isValid: (match) => startsWithDate(match) && passesLuhn(match),
    said: identity,
  },
  {
    name: 'national-id',
    pattern: number('(?:18|19|20)?[0-9]{6}[-+]?[0-9]{4}'),
    isValid: isPersonnummer,
    said: /personn|\bpnr\b|swedish/i,
  },
  {
    name: 'national-id',
    pattern: number('[0-9]{11}'),
    isValid: (match) => passesWeights(match, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10),
    said: /pesel/i,
  },
  {
    name: 'national-id',
    pattern: number('[2-9][0-9]{3}[ :-]?[0-9]{4}[ :-]?[0-9]{4}'),
    isValid: passesVerhoeff,
    said: /aadh?aar|uidai/i,
  },
  {
    name: 'health-id',
    pattern: number(
      '[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9]-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9]-?[AC-HJKMNP-RT-Y]{2}[0-9]{2}',
      'gi',
    ),
  },
  {
    name: 'company-id',
    pattern: number('[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}'),
    isValid: isAustralian,
    said: /\b(?:acn|tfn|tax file)/i,
  },
  {
    name: 'company-id',
    pattern: number('[0-9]{3}-?[0-9]{2}-?[0-9]{5}'),
    isValid: isKoreanBusiness,
    said: /\b(?:brn|business)/i,
  },
  {
    name: 'bank',
    pattern: number('[0-3][0-9]{8}'),
    isValid: (match) => passesWeights(match, [3, 7, 1, 3, 7, 1, 3, 7, 1], 10),
    said: /routing|\baba\b/i,
  },
  {
    name: 'licence',
    pattern: number('[A-Z9]{5}[0-9][0156][0-9][0-3][0-9]{2}[A-Z9]{2}[0-9][A-Z]{2}', 'gi'),
    sign: code,
  },
  { name: 'passport', pattern: number('[A-Z]{1,3}[0-9]{6,8}', 'gi'), said: /passport|pasaporte|passaporto|reisepass/i },
  { name: 'ip', pattern: number(ipv4), said: ipSaid },
  {
    name: 'ip',
    pattern: new RegExp(`(?<![\\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:${ipv4}|[0-9a-f]{1,4})?(?![\\w:])`, 'gi'),
    isValid: isIpv6,
    said: ipSaid,
  },
];

const plainKinds = kinds.filter(({ said }) => said === undefined);
const anySaid = new RegExp(kinds.flatMap(({ said }) => said?.source ?? []).join('|'), 'i');

/** Eight groups, or fewer and one gap; the last two may be written as IPv4. */
function isIpv6(match: string): boolean {
  const groups = match.split(':').filter((group) => group !== '').length + (match.includes('.') ? 1 : 0);
  const gaps = match.split('::').length - 1;
  return !match.includes(':::') && (gaps === 1 ? groups < 8 : gaps === 0 && groups === 8);
}

function isNie(match: string): boolean {
  const plain = match.toUpperCase().replace('-', '');
  const digits = plain.slice(0, -1).replace(/^[XYZ]/, (letter) => `${'XYZ'.indexOf(letter)}`);
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === plain.at(-1);
}

function isPersonnummer(match: string): boolean {
  const digits = digitsOf(match).join('').slice(-10);
  return startsWithDate(digits) && passesLuhn(digits);
}

function isAustralian(match: string): boolean {
  const digits = digitsOf(match);
  const sum = digits.slice(0, 8).reduce((total, digit, index) => total + digit * (8 - index), 0);
  const isCompany = (10 - (sum % 10)) % 10 === digits[8];
  return isCompany || passesWeights(match, [1, 4, 3, 7, 5, 8, 6, 9, 10], 11);
}

function isKoreanBusiness(match: string): boolean {
  const digits = digitsOf(match);
  const sum = [1, 3, 7, 1, 3, 7, 1, 3, 5].reduce((total, weight, index) => total + weight * (digits[index] ?? 0), 0);
  return (10 - ((sum + Math.floor(((digits[8] ?? 0) * 5) / 10)) % 10)) % 10 === digits[9];
}

const weights: Partial<Record<Surface, number>> = {
  pii_text: 0.7,
  tool_args: 0.3,
  user_prompt: 0.2,
  tool_result: 0.15,
};
/** Given to strangers every day. */
const everyday: ReadonlySet<string> = new Set(['email', 'phone']);

function findingOf(name: string, start: number, end: number, surface: Surface): Found {
  const base = weights[surface] ?? 0.2;
  const weight = everyday.has(name) && surface !== 'pii_text' ? base / 2 : base;
  const reason = `It looks like personal data: ${name.replaceAll('-', ' ')}.`;
  return { rule: `personal.${name}`, owasp: 'MCP10:2025', weight, reason, start, end };
}
