/** Rows of letters that look like Latin ones, each with the letters they look like: both of one length. */
const rows: readonly (readonly [string, string])[] = [
  // Cyrillic
  ['аеорсухіјѕһԁԛԝѵӏгквмнтьпізЗ', 'aeopcyxijshdqwvlrkbmhtbni33'],
  ['АВЕКМНОРСТУХІЈЅҮԌԚԜѴ', 'abekmhopctyxijsygqwv'],
  // Greek
  ['αβγδεζηικνορςτυχωϲϳ', 'abydeznikvopstuxwcj'],
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'abezhikmnoptyx'],
  // Armenian and Cherokee
  ['օսոհցզյ', 'ounhgqj'],
  ['ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᏔᏃ', 'abcdehjklmprstvwz'],
  // Small capitals and letters of phonetic alphabets
  ['ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢꜰꜱ', 'abcdeghijklmnoprtuvwyzfs'],
  ['ɑɡıɩʟɾʋɯɐǝɹʇʎʌɥʞɔ', 'agiilrvwaertyvhkc'],
  // Typographic marks
  ['‘’‚‛′＇“”„″‐‑‒–—―−⁄∕', `''''''""""-------//`],
];

/** Code of a letter that looks like a Latin one, and the code of that. */
export const lookAlikes: ReadonlyMap<number, number> = new Map(
  rows.flatMap(([letters, latin]) => [...letters].map((letter, at) => [letter.charCodeAt(0), latin.charCodeAt(at)])),
);

/** Letters of scripts in which whole words may look like Latin ones and be words of their own. */
const otherScript = /[\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff]/;

/** True for letters that are made Latin only where the word around them says so. */
export function isOtherScript(code: number): boolean {
  return otherScript.test(String.fromCharCode(code));
}

const words = /[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff]+/g;

/**
 * Writes words in Latin letters that only pretend to be: those with a Latin letter among them, and, in a text in which no
 * word is certainly of another script, all. Real Russian or Greek stays as it is. The length stays the same.
 */
export function withoutLookAlikes(text: string): string {
  if (!otherScript.test(text)) return text;
  const parts = text.match(words) ?? [];
  const isForeign = parts.some((word) => !/[A-Za-z]/.test(word) && hasOwnLetter(word));
  return text.replace(words, (word) => {
    if (!otherScript.test(word)) return word;
    return /[A-Za-z]/.test(word) || (!isForeign && !hasOwnLetter(word)) ? latinOf(word) : word;
  });
}

/** Has a letter of another script that looks like no Latin one. */
function hasOwnLetter(word: string): boolean {
  return [...word].some((letter) => otherScript.test(letter) && !lookAlikes.has(letter.charCodeAt(0)));
}

function latinOf(word: string): string {
  return word.replace(/[^\0-\x7f]/g, (letter) => {
    const latin = lookAlikes.get(letter.charCodeAt(0));
    return latin === undefined ? letter : String.fromCharCode(latin);
  });
}
