/** A string within JSON. */
export interface Leaf {
  readonly text: string;
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** Name of the nearest member that holds it. */
  readonly key: string;
}

interface Step {
  readonly value: unknown;
  readonly pointer: string;
  readonly key: string;
}

/**
 * Every string within a JSON value, in the order of the names of members, so that one value gives one list however it was
 * written. Long numbers come too, as digits, and so do names of members that are none of the usual kind.
 *
 * Not recursive: a message may be nested deeper than a stack is.
 */
export function* leavesOf(root: Step, { allNames = false }: { allNames?: boolean } = {}): Generator<Leaf> {
  const steps: Step[] = [root];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    const { value, pointer, key } = step;
    if (typeof value === 'object' && value !== null) {
      const children = Array.isArray(value) ? elementsOf(value, step) : membersOf(value as Members, step);
      // Last in, first out: backwards, so that they come in their order.
      for (let index = children.length - 1; index >= 0; index--) steps.push(children[index] as Step);
      if (!Array.isArray(value)) yield* namesOf(value, pointer, allNames);
      continue;
    }
    const text = textOf(value);
    if (text !== '') yield { text, pointer, key };
  }
}

function elementsOf(elements: readonly unknown[], { pointer, key }: Step): Step[] {
  return elements.map((value, index) => ({ value, pointer: `${pointer}/${index}`, key }));
}

function membersOf(members: Members, { pointer }: Step): Step[] {
  const media = isMedia(members);
  return Object.keys(members)
    .filter((name) => !isOfProtocol(name, members[name]) && !(media && (name === 'data' || name === 'blob')))
    .sort()
    .map((name) => ({ value: members[name], pointer: childOf(pointer, name), key: name }));
}

function* namesOf(members: object, pointer: string, all: boolean): Generator<Leaf> {
  const names = Object.keys(members).filter((name) => (all ? !structural.has(name) : isOdd(name)));
  for (const name of names.sort()) yield { text: name, pointer: childOf(pointer, name), key: name };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Math.abs(value) >= longNumberFrom ? `${value}` : '';
}

type Members = Readonly<Record<string, unknown>>;

/** Shorter ones count and measure; a card, an account or an address written as a number is longer. */
const longNumberFrom = 100_000_000;

export function childOf(pointer: string, name: string): string {
  return `${pointer}/${/[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name}`;
}

/** Pictures and sounds: base64 that nobody reads as text. */
function isMedia({ mimeType }: Members): boolean {
  return typeof mimeType === 'string' && /^(?:image|audio|video|font)\//.test(mimeType);
}

const ofProtocol: Readonly<Record<string, RegExp>> = Object.assign(Object.create(null), {
  type: /^(?:string|number|integer|boolean|object|array|null|text|image|audio|resource|resource_link)$/,
  $schema: /^https?:\/\/json-schema\.org\/[\w./#-]{1,60}$/,
  mimeType: /^[\w.+-]{1,30}\/[\w.+-]{1,80}$/,
  role: /^(?:user|assistant)$/,
  resultType: /^[a-z_]{1,30}$/,
  // Opaque, echoed by the client as it is: no model and no person reads it.
  requestState: /^/,
  src: /^data:image\//,
});

/** True for a member whose text every message of its kind has: there is nothing in it to be looked at. */
export function isOfProtocol(name: string, value: unknown): boolean {
  return name in ofProtocol && typeof value === 'string' && (ofProtocol[name] as RegExp).test(value);
}

/** Words of JSON Schema: they say nothing that the server has chosen. */
const structural = new Set([
  ...[
    'type',
    'properties',
    'required',
    'items',
    'description',
    'title',
    'default',
    'enum',
    'const',
    'examples',
    'format',
  ],
  ...['$schema', '$ref', '$defs', 'definitions', 'anyOf', 'oneOf', 'allOf', 'not', 'additionalProperties', 'pattern'],
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'name', 'annotations', 'inputSchema'],
  ...['outputSchema', 'uniqueItems', 'exclusiveMinimum', 'exclusiveMaximum', 'readOnlyHint', 'destructiveHint'],
  ...[
    'idempotentHint',
    'openWorldHint',
    'execution',
    'taskSupport',
    '_meta',
    'icons',
    'nullable',
    'uri',
    'uriTemplate',
  ],
  ...['mimeType', 'arguments', 'size', 'priority', 'audience'],
]);

/** A name that could itself say something: a sentence, or something hidden in it. */
function isOdd(name: string): boolean {
  return name.length > 40 || !/^[\w.$:@/-]*$/.test(name);
}
