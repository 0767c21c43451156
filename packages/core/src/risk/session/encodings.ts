/** How often an encoding within an encoding is undone. */
const depthMax = 2;
/** Of one text, over all encodings: what is more is not looked at. */
const decodedMax = 64;

/** What a text may be an encoding of: base64, hex or percent signs, or one within another. */
export function decodedForms(text: string): readonly string[] {
  const forms: string[] = [];
  let level: readonly string[] = [text];
  for (let depth = 0; depth < depthMax && level.length > 0; depth++) {
    level = level.flatMap(decodings).slice(0, decodedMax);
    forms.push(...level);
  }
  return forms;
}

function decodings(text: string): string[] {
  const runs = (text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []).filter(isNoWord).slice(0, decodedMax);
  const found = runs.flatMap(decoded);
  // Encoders break long lines.
  const joined = /^[\w+/-]{16,}(?:\r?\n[\w+/=-]+)+\s*$/.test(text) ? decoded(text.replace(/\s+/g, '')) : [];
  return [...percentDecoded(text), ...joined, ...found];
}

/** Encoders leave digits, or capitals among small letters. */
const isNoWord = (run: string): boolean => /\d|[a-z][A-Z]/.test(run);

function percentDecoded(text: string): string[] {
  if (!/%[0-9a-f]{2}/i.test(text)) return [];
  return [text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))];
}

function decoded(run: string): string[] {
  const texts = [fromHex(run), fromBase64(run)];
  // In an address a run of base64 may be one part between slashes.
  for (const part of run.includes('/') ? run.split('/') : []) if (part.length >= 16) texts.push(fromBase64(part));
  return texts.filter((text) => text !== undefined);
}

function fromHex(run: string): string | undefined {
  if (!/^(?:[0-9a-f]{2})+$/i.test(run)) return undefined;
  const codes = run.match(/../g) ?? [];
  return readable(String.fromCharCode(...codes.slice(0, 4_096).map((code) => Number.parseInt(code, 16))));
}

function fromBase64(run: string): string | undefined {
  const usual = run.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (usual.length % 4 === 1) return undefined;
  try {
    return readable(atob(usual));
  } catch {
    return undefined; // It only looked like base64.
  }
}

/** Nearly everything decodes to something; what does not read like text is none. */
function readable(text: string): string | undefined {
  return text.length >= 8 && /^[\t\n\r\u0020-\u007e]*$/.test(text) ? text : undefined;
}
