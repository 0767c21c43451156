/** True for a token that stands in the place of a real one in documentation, templates and tests. */
export function isMadeUp(value: string, name = ''): boolean {
  if (name === 'private-key' || name === 'gcp-service-account') return false;
  if (name === 'url-password') return isTemplate(value.slice(value.indexOf(':') + 1));
  // The keys of Amazon's own documentation, which are copied everywhere.
  if (/^(?:aws|bedrock)/.test(name) && /EXAMPLE/.test(value)) return true;
  // Written like members of an object, and like names in code.
  if (name === 'vault-token' && value.startsWith('s.') && !/[0-9]/.test(value)) return true;
  if (name === 'huggingface-token' && value.length !== 37) return true;
  return /([xX0*._-])\1{5}|\$\{|\{\{|\.\.\./.test(value) || bitsPerCharacter(value) < 2;
}

/** Something that is filled in later, or plainly an example. */
export function isTemplate(value: string): boolean {
  return (
    /\$\{|\$\(|\{\{|\}\}|<[a-z_: -]+>|^\{|%\(|^\$|^%[A-Z_]+%$|\.\.\.|\*{3}|x{5}|X{5}/.test(value) ||
    (/example|sample|placeholder|change[-_ ]?me|dummy|your[-_ ]|redacted|insert|replace/i.test(value) &&
      value.length < 60) ||
    /^\W*$/.test(value)
  );
}

/** Shannon entropy: below 3 for words and repetitions, above 3.5 for what was made by chance. */
export function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
