/** Something that is filled in later, or plainly an example. */
export function isTemplate(value: string): boolean {
  return (
    /\$\{|\$\(|\{\{|\}\}|<[a-z_: -]+>|^\{|%\(|^\$|^%[A-Z_]+%$|\.\.\.|\*{3}|x{5}|X{5}/.test(value) ||
    (/example|sample|placeholder|change[-_ ]?me|dummy|your[-_ ]|redacted|insert|replace/i.test(value) &&
      value.length < 60) ||
    /^\W*$/.test(value)
  );
}

/** True for a token that stands in the place of a real one in documentation, templates and tests. */
export function isMadeUp(value: string): boolean {
  // The keys of Amazon's own documentation, which are copied everywhere, are in capitals.
  return /([xX0*._-])\1{5}|\$\{|\{\{|\.\.\.|EXAMPLE/.test(value) || bitsPerCharacter(value) < 2;
}

/** Words that people write into keys they make up, long enough not to come about by chance. */
const words =
  /example|sample|fake|dummy|notreal|secret|token|password|access|secure|random|string|here|your|demo|placeholder|mykey/i;

/** True for what somebody may have typed: `abcdefg`, `1234567`, `aaaaaaa`, or words about keys. */
export function isTyped(value: string): boolean {
  return runOf(value) >= 7 || words.test(value);
}

/** Length of the longest stretch in which each character follows the one before in its alphabet, or repeats it. */
function runOf(value: string): number {
  const plain = value.toLowerCase();
  let [longest, up, down] = [1, 1, 1];
  for (let at = 1; at < plain.length; at++) {
    const step = plain.charCodeAt(at) - plain.charCodeAt(at - 1);
    // After nine comes zero.
    up = step === 0 || step === 1 || step === -9 ? up + 1 : 1;
    down = step === 0 || step === -1 ? down + 1 : 1;
    longest = Math.max(longest, up, down);
  }
  return longest;
}

const standIn =
  /^(?:my|your|the|some|db|test|default)?[-_]?(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|change_?me|admin|root|test|guest|user|xxx|yyy|key)/i;

/**
 * How far a password is one: 0 for a word that stands for it, as in `user:password` and `mysql:mysql`, a little for a
 * word with a number, 1 for what is mixed.
 */
export function strengthOfPassword(password: string, user = ''): number {
  const rest = password.replace(standIn, '');
  if (password === user || rest === '' || isTemplate(password)) return 0;
  if (password.length < 6) return 0.3;
  if (/^[A-Za-z]+[0-9]{1,4}[!.$]?$/.test(password)) return rest === password && !words.test(password) ? 0.6 : 0.5;
  if (/^[A-Za-z]+$/.test(password)) return 0.65;
  return isTyped(password) ? 0.6 : 1;
}

/** Shannon entropy: below 3 for words and repetitions, above 3.5 for what was made by chance. */
export function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
