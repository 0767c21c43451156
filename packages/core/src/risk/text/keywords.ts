/** Searches a text for many words at once (Aho and Corasick), in time that depends on the text alone. */
export interface Keywords {
  /** Calls `hit` once with the number of each group of which a word is in `text`. */
  find(text: string, hit: (group: number) => void): void;
  /** Calls `hit` for each place where a word of a group ends: `end` is behind its last character. */
  findAll(text: string, hit: (group: number, end: number) => void): void;
}

/**
 * @param groups Words in lower-case ASCII. Group `n` is hit when one of its words is there, in the middle of others too. A
 * blank in a word stands for any white space: how a text is wrapped makes no difference.
 * @throws Error for a word that could never be found, which would switch its group off without a sound.
 */
export function createKeywords(groups: readonly (readonly string[])[]): Keywords {
  const { classes, width } = alphabetOf(groups);
  const search = withOutputsLast(automatonOf(groups, classes, width), classes, width);
  let round = 0;
  return {
    find(text, hit) {
      round = (round + 1) & 0xff;
      if (round === 0) {
        search.seenIn.fill(0);
        round = 1;
      }
      const found = outputsIn(text, search, round);
      if (found.length === 0) return;
      for (const group of new Set(found.flatMap((output) => search.outputs[output] as readonly number[]))) hit(group);
    },
    findAll(text, hit) {
      const places = placesIn(text, search);
      for (let at = 0; at < places.length; at += 2) {
        for (const group of search.outputs[places[at] as number] as readonly number[])
          hit(group, places[at + 1] as number);
      }
    },
  };
}

/** An automaton made for speed: states are numbered so that those in which a word ends come last. */
interface Search {
  readonly classes: Uint8Array;
  /** Binary logarithm of how many places a row of `rows` has. */
  readonly shift: number;
  readonly rows: Uint16Array | Uint32Array;
  readonly firstOutput: number;
  readonly outputs: readonly (readonly number[])[];
  /** Of each output, the round in which it was seen last. */
  readonly seenIn: Uint8Array;
}

// The two loops below go over all that is judged. They call nothing and take what they need into constants: with a call in it,
// or with what belongs to a closure, the same loop takes three times as long.

/** The outputs reached in a text, each once. */
function outputsIn(text: string, { classes, shift, rows, firstOutput, seenIn }: Search, round: number): number[] {
  const found: number[] = [];
  let state = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    state = code < 128 ? (rows[(state << shift) | (classes[code] as number)] as number) : 0;
    if (state < firstOutput || seenIn[state - firstOutput] === round) continue;
    seenIn[state - firstOutput] = round;
    found.push(state - firstOutput);
  }
  return found;
}

/** Pairs of an output and the place behind the word. */
function placesIn(text: string, { classes, shift, rows, firstOutput }: Search): number[] {
  const places: number[] = [];
  let state = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    state = code < 128 ? (rows[(state << shift) | (classes[code] as number)] as number) : 0;
    if (state >= firstOutput) places.push(state - firstOutput, at + 1);
  }
  return places;
}

const blank = 0x20;
const lineEnds = [0x09, 0x0a, 0x0b, 0x0c, 0x0d];

/** A number for each character that occurs in a word; 0 stands for all the others. */
function alphabetOf(groups: readonly (readonly string[])[]): { classes: Uint8Array; width: number } {
  const classes = new Uint8Array(128);
  let width = 1;
  for (const word of groups.flat()) {
    if (!/^[\0-@[-\x7f]+$/.test(word)) throw new Error(`The keyword ${JSON.stringify(word)} is not lower-case ASCII.`);
    for (const character of word) {
      const code = character.charCodeAt(0);
      if (classes[code] === 0) classes[code] = width++;
    }
  }
  for (const code of lineEnds) if (classes[code] === 0) classes[code] = classes[blank] as number;
  return { classes, width };
}

/** One row of `next` a state: where each character leads. `outputs` are the groups whose word ends in a state. */
function automatonOf(groups: readonly (readonly string[])[], classes: Uint8Array, width: number): Automaton {
  const statesMax = groups.flat().reduce((sum, { length }) => sum + length, 1);
  const next = new Int32Array(statesMax * width);
  const outputs: (readonly number[] | undefined)[] = new Array(statesMax).fill(undefined);
  let states = 1;
  groups.forEach((words, group) => {
    for (const word of words) {
      let state = 0;
      for (let at = 0; at < word.length; at++) {
        const edge = state * width + (classes[word.charCodeAt(at)] as number);
        if (next[edge] === 0) next[edge] = states++;
        state = next[edge] as number;
      }
      outputs[state] = [...new Set([...(outputs[state] ?? []), group])];
    }
  });
  completeEdges({ next, outputs, width, states, blankEdge: classes[blank] as number });
  return { next, outputs: outputs.slice(0, states) };
}

interface Automaton {
  readonly next: Int32Array;
  readonly outputs: readonly (readonly number[] | undefined)[];
}

/** The same automaton with its states in another order: one comparison tells whether a word ends in one. */
function withOutputsLast({ next, outputs }: Automaton, classes: Uint8Array, width: number): Search {
  const isSilent = (state: number) => outputs[state] === undefined;
  const all = [...outputs.keys()];
  const silent = all.filter(isSilent);
  const order = [...silent, ...all.filter((state) => !isSilent(state))];
  const numberOf = new Int32Array(order.length);
  order.forEach((state, index) => {
    numberOf[state] = index;
  });
  const shift = Math.ceil(Math.log2(width));
  // Half the memory for most: the rows of a large search are not all near the processor.
  const rows =
    order.length <= 0x10000 ? new Uint16Array(order.length << shift) : new Uint32Array(order.length << shift);
  for (const [index, state] of order.entries()) {
    for (let edge = 0; edge < width; edge++) {
      rows[(index << shift) | edge] = numberOf[next[state * width + edge] as number] as number;
    }
  }
  return {
    classes,
    shift,
    rows,
    firstOutput: silent.length,
    outputs: order.slice(silent.length).map((state) => outputs[state] as readonly number[]),
    seenIn: new Uint8Array(order.length - silent.length),
  };
}

interface Unfinished {
  readonly next: Int32Array;
  readonly outputs: (readonly number[] | undefined)[];
  readonly width: number;
  readonly states: number;
  readonly blankEdge: number;
}

/**
 * Breadth first: where the word breaks off, go on in the longest word whose beginning has just been read. A second blank
 * after one that a word has been read up to leads nowhere else.
 */
function completeEdges({ next, outputs, width, states, blankEdge }: Unfinished): void {
  const fallback = new Int32Array(states);
  const endsInBlank = new Uint8Array(states);
  const queue: number[] = [0];
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as number;
    const back = fallback[state] as number;
    for (let edge = 0; edge < width; edge++) {
      const child = next[state * width + edge] as number;
      const elsewhere = state === 0 ? 0 : (next[back * width + edge] as number);
      if (child === 0) {
        next[state * width + edge] = edge === blankEdge && endsInBlank[state] === 1 ? state : elsewhere;
        continue;
      }
      endsInBlank[child] = Number(edge === blankEdge);
      fallback[child] = elsewhere;
      inherit(outputs, child, elsewhere);
      queue.push(child);
    }
  }
}

function inherit(outputs: Unfinished['outputs'], child: number, elsewhere: number): void {
  const inherited = outputs[elsewhere];
  if (inherited !== undefined) outputs[child] = [...new Set([...(outputs[child] ?? []), ...inherited])];
}
