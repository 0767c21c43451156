import { personalFormats } from '../../secret-formats.ts';
import {
  passesLuhn,
  passesMod11And10,
  passesMod97,
  passesVerhoeff,
  passesWeights,
  startsWithDate,
} from './check-digits.ts';
import {
  isAbn,
  isAustralian,
  isDea,
  isHenkilotunnus,
  isIpv6,
  isKorean,
  isKoreanBusiness,
  isLanr,
  isNie,
  isNric,
  isPersonnummer,
  isPhilippineTin,
  isSteuerId,
  isThai,
  isTurkish,
} from './identity-numbers.ts';
import { personalSigns } from './personal-signs.ts';

/** One kind of personal data, and how it is written. */
export interface PersonalKind {
  readonly name: string;
  readonly pattern: RegExp;
  readonly isValid?: (match: string) => boolean;
  /** Numbers that many other numbers look like: what has to be said shortly before. A text about personal data says it. */
  readonly said?: RegExp;
  /** How sure it is where nothing is said, from 0 to 1. Otherwise it depends on whether there is something to check. */
  readonly alone?: number;
  /** Any of what every one of this kind has in ordinary traffic: a number, unless told. */
  readonly sign?: number;
}

const { at, number: aNumber, code, longWord } = personalSigns;

const known = (name: string) => (personalFormats.find((format) => format.name === name) as { pattern: RegExp }).pattern;
const number = (body: string, flags = 'g') => new RegExp(`(?<![A-Za-z0-9])${body}(?![A-Za-z0-9])`, flags);
/** Not the rest of a longer number that is written in groups. */
const grouped = (body: string) => number(`(?<![0-9][ -])${body}(?![ -][0-9])`);
const byte = '(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
const ipv4 = `(?:${byte}\\.){3}${byte}`;
const ipSaid = /\bip\b/i;
const identity =
  /\b(?:id|identity|identification|ident|national|social|tax|insured|citizen|resident|registration|number|no|nr)\b/i;

/** In the order in which they are to name a stretch of text. */
export const personalKinds: readonly PersonalKind[] = [
  { name: 'email', pattern: known('email'), sign: at },
  { name: 'card', pattern: known('card'), isValid: (match) => /^[2-6]/.test(match) && passesLuhn(match) },
  { name: 'iban', pattern: known('iban'), isValid: passesMod97 },
  { name: 'ssn', pattern: known('ssn'), alone: 0.85 },
  { name: 'phone', pattern: known('phone') },
  {
    name: 'phone',
    pattern: number('0[ -]?\\(?[2-5][0-9]{2}\\)?[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}'),
    said: /\b(?:phone|tel|mobile|call)/i,
    alone: 0.6,
  },
  {
    name: 'phone',
    pattern: number('[2-5][0-9]{2}[ .-]?[0-9]{3}[ .-]?[0-9]{2}[ .-]?[0-9]{2}'),
    said: /\b(?:phone|tel|mobile|call)/i,
    alone: 0.6,
  },
  {
    name: 'wallet',
    pattern: number('(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{25,60})'),
    isValid: (match) => /[A-Z].*[a-z]|[a-z].*[A-Z]|^bc1/.test(match),
    alone: 0.85,
    sign: longWord,
  },
  { name: 'wallet', pattern: number('0x[0-9a-fA-F]{40}'), sign: longWord },
  {
    name: 'tax-id',
    pattern: number('[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]', 'gi'),
    sign: code,
  },
  { name: 'tax-id', pattern: number('[A-Z]{3}[ABCFGHJLNPT][A-Z][0-9]{4}[A-Z]'), sign: code },
  { name: 'tax-id', pattern: number('DE[ .-]?[0-9]{3}[ .-]?[0-9]{3}[ .-]?[0-9]{3}', 'gi'), isValid: passesMod11And10 },
  { name: 'tax-id', pattern: number('[1-9][0-9]{10}'), isValid: isSteuerId, said: /\b(?:tax|steuer|tin)/i },
  {
    name: 'tax-id',
    pattern: number('[0-9]{3}-?[0-9]{3}-?[0-9]{3}(?:-?[0-9]{3,5})?'),
    isValid: isPhilippineTin,
    said: /\btin\b|tax id/i,
  },
  { name: 'tax-id', pattern: number('9[0-9]{2}-(?:5[0-9]|6[0-5]|[78][0-9]|9[0-24-9])-[0-9]{4}') },
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
    isValid: (match) => startsWithDate(match) && isKorean(match),
    said: /\b(?:rrn|frn|korea)/i,
  },
  // Those given since October 2020 have no check digit.
  {
    name: 'national-id',
    pattern: number('[0-9]{6}-?[1-8][0-9]{6}'),
    isValid: startsWithDate,
    said: /\b(?:rrn|frn|korea)/i,
    alone: 0.45,
  },
  {
    name: 'national-id',
    pattern: number('[CFGHJ-NPRTV-Z][0-9CFGHJ-NPRTV-Z]{8}[0-9]?', 'gi'),
    said: /ausweis|\bid card/i,
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
    pattern: /(?<![A-Za-z0-9:])[2-9][0-9]{3}[ :-]?[0-9]{4}[ :-]?[0-9]{4}(?![A-Za-z0-9:])/g,
    isValid: passesVerhoeff,
    said: /aadh?aar|uidai/i,
  },
  {
    name: 'health-id',
    pattern: number(
      '[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9]-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9]-?[AC-HJKMNP-RT-Y]{2}[0-9]{2}',
      'gi',
    ),
    sign: code,
  },
  {
    name: 'company-id',
    pattern: grouped('[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}'),
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
    pattern: number('[0-3][0-9]{3}-?[0-9]{4}-?[0-9]'),
    isValid: (match) => /[1-9]/.test(match) && passesWeights(match, [3, 7, 1, 3, 7, 1, 3, 7, 1], 10),
    said: /routing|\baba\b/i,
  },
  {
    name: 'licence',
    pattern: number('[A-Z9]{5}[0-9][0156][0-9][0-3][0-9]{2}[A-Z9]{2}[0-9][A-Z]{2}', 'gi'),
    sign: code,
  },
  { name: 'company-id', pattern: number('HR[AB] ?[0-9]{1,6}', 'gi') },
  {
    name: 'doctor',
    pattern: number('[A-HJ-MPRSTUX][A-Z9][0-9]{7}', 'gi'),
    isValid: isDea,
    said: /\bdea\b|prescri|certificate/i,
  },
  {
    name: 'passport',
    pattern: number('[A-Z]{1,3}[0-9]{6,8}', 'gi'),
    said: /passport|travel document|pasaporte|passaporto|reisepass/i,
  },
  {
    name: 'national-id',
    pattern: number('[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-Y]'),
    isValid: isHenkilotunnus,
  },
  { name: 'national-id', pattern: number('[STFG][0-9]{7}[A-Z]'), isValid: isNric },
  {
    name: 'national-id',
    pattern: number('[1-9][0-9]{10}'),
    isValid: isTurkish,
    said: /\b(?:tc|t\.c\.|kimlik|tckn|turk)/i,
  },
  {
    name: 'national-id',
    pattern: number('[1-8]-?[0-9]{4}-?[0-9]{5}-?[0-9]{2}-?[0-9]'),
    isValid: isThai,
    said: identity,
  },
  {
    name: 'national-id',
    pattern: grouped('[1-79][0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}'),
    isValid: passesLuhn,
    said: /\bsin\b|social insurance/i,
  },
  {
    name: 'health-id',
    pattern: grouped('[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}'),
    isValid: (match) => /[1-9]/.test(match) && passesWeights(match, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11),
    said: /\bnhs\b/i,
  },
  { name: 'doctor', pattern: number('[0-9]{9}'), said: /\bbsnr\b|betriebsst/i, alone: 0 },
  { name: 'doctor', pattern: number('[0-9]{9}'), isValid: isLanr, said: /lanr|arztnummer/i },
  {
    name: 'company-id',
    pattern: grouped('[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}'),
    isValid: isAbn,
    said: /\babn\b/i,
  },
  {
    name: 'company-id',
    pattern: number('(?:(?:19|20)[0-9]{7}|[0-9]{8}|[RST][0-9]{2}[A-Z]{2}[0-9]{4})[A-Z]'),
    said: /\buen\b/i,
  },
  {
    name: 'mac',
    pattern: number('(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}', 'gi'),
    said: /\bmac\b|hardware address/i,
    sign: at | aNumber | code | longWord,
  },
  {
    name: 'licence-plate',
    pattern: number(
      '(?:[A-Z]{2}[0-9]{1,2}[A-Z]{1,3}[0-9]{4}|(?:0[1-9]|[1-7][0-9]|8[01]) ?[A-Z]{1,3} ?[0-9]{2,4})',
      'gi',
    ),
    said: /\bplates?\b|plaka|registration number|\bvehicle\b|\bbike\b/i,
    alone: 0.6,
  },
  { name: 'postcode', pattern: number('[0-9]{5}'), said: /\bplz\b|postleitzahl|zip code|postal code/i, alone: 0 },
  {
    name: 'postcode',
    pattern: number('[A-PR-UWYZ][A-HK-Y]?[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}'),
    said: /\bpost ?code|\baddress\b|\bsend to\b/i,
    alone: 0.6,
  },
  { name: 'ip', pattern: number(ipv4), said: ipSaid, alone: 0.8 },
  {
    name: 'ip',
    pattern: new RegExp(`(?<![\\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:${ipv4}|[0-9a-f]{1,4})?(?![\\w:]|\\.[0-9])`, 'gi'),
    isValid: isIpv6,
    said: ipSaid,
    alone: 0.8,
    sign: at | aNumber | code | longWord,
  },
];
