/** A string within a JSON value. */
export interface StringIn {
  /** JSON pointer, from where the walk began. */
  readonly pointer: string;
  /** Name of the nearest member that holds it. */
  readonly key: string;
  readonly text: string;
}

export interface Budget {
  readonly strings: number;
  /** UTF-16 units of all strings together. */
  readonly chars: number;
}

/** Names of members that hold bytes in base64: pictures and the like. */
const binary = new Set(['data', 'blob']);

/** The strings of a JSON value in order, without pictures, until the budget is used up. */
export function stringsIn(value: unknown, pointer: string, budget: Budget): readonly StringIn[] {
  const found: StringIn[] = [];
  let chars = budget.chars;
  // A stack of our own: nesting is the sender's choice.
  const open: { value: unknown; pointer: string; key: string }[] = [{ value, pointer, key: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.length >= budget.strings || chars <= 0) break;
    if (typeof next.value === 'string') {
      const text = next.value.slice(0, chars);
      chars -= text.length;
      found.push({ pointer: next.pointer, key: next.key, text });
    } else if (typeof next.value === 'object' && next.value !== null) {
      open.push(...membersOf(next.value, next.pointer, next.key, budget.strings).reverse());
    }
  }
  return found;
}

function membersOf(value: object, pointer: string, key: string, max: number) {
  if (Array.isArray(value)) {
    return value.slice(0, max).map((item: unknown, index) => ({ value: item, pointer: `${pointer}/${index}`, key }));
  }
  const isPicture = 'mimeType' in value;
  const entries = Object.entries(value).filter(([name]) => !(isPicture && binary.has(name)));
  return entries
    .slice(0, max)
    .map(([name, member]) => ({ value: member as unknown, pointer: `${pointer}/${escaped(name)}`, key: name }));
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
