/** Ways to write a text so that a search for words misses it. The same text always comes out the same. */
export const disguises: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => `Note: ${Buffer.from(text).toString('base64')}`,
  'percent-encoding': (text) => encodeURIComponent(text),
  hexadecimal: (text) => `data=${Buffer.from(text).toString('hex')}`,
  'HTML entities': (text) => text.replace(/[a-z]/gi, (letter) => `&#${letter.charCodeAt(0)};`),
  'zero-width characters': (text) => text.replace(/[a-z](?=[a-z])/gi, (letter) => `${letter}\u200b`),
  'look-alike letters': (text) => text.replace(/[aceopxy]/g, (letter) => lookAlikes[letter] as string),
  'digits for letters': (text) => text.replace(/[aeio]/g, (letter) => digits[letter] as string),
  'full-width letters': (text) =>
    text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  'letters set apart': (text) => text.replace(/\S(?=\S)/g, (letter) => `${letter} `),
  'line breaks between words': (text) => text.replace(/ /g, '\n'),
  'letters moved by thirteen': (text) => text.replace(/[a-z]/gi, moved),
  'letters in reverse': (text) => [...text].reverse().join(''),
  'capital letters': (text) => text.toUpperCase(),
};

const lookAlikes: Readonly<Record<string, string>> = { a: 'а', c: 'с', e: 'е', o: 'о', p: 'р', x: 'х', y: 'у' };
const digits: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0' };

function moved(letter: string): string {
  const first = letter >= 'a' ? 97 : 65;
  return String.fromCharCode(first + ((letter.charCodeAt(0) - first + 13) % 26));
}
