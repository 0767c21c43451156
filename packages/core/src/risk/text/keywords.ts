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
  const { rows, outputs, firstOutput } = withOutputsLast(automatonOf(groups, classes, width), width);
  const findAll: Keywords['findAll'] = (text, hit) => {
    let row = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      row = code < 128 ? (rows[row + (classes[code] as number)] as number) : 0;
      if (row < firstOutput) continue;
      for (const group of outputs[(row - firstOutput) / width] as readonly number[]) hit(group, at + 1);
    }
  };
  return {
    find(text, hit) {
      const seen = new Uint8Array(groups.length);
      findAll(text, (group) => {
        if (seen[group] === 1) return;
        seen[group] = 1;
        hit(group);
      });
    },
    findAll,
  };
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

/**
 * The same automaton with its states in another order, each called by where its row begins: one addition leads from a state
 * to the next, and one comparison tells whether a word ends in it.
 */
function withOutputsLast({ next, outputs }: Automaton, width: number) {
  const isSilent = (state: number) => outputs[state] === undefined;
  const all = [...outputs.keys()];
  const order = [...all.filter(isSilent), ...all.filter((state) => !isSilent(state))];
  const rowOf = new Int32Array(order.length);
  order.forEach((state, index) => {
    rowOf[state] = index * width;
  });
  const rows = new Int32Array(order.length * width);
  for (const state of order) {
    for (let edge = 0; edge < width; edge++) {
      rows[(rowOf[state] as number) + edge] = rowOf[next[state * width + edge] as number] as number;
    }
  }
  const silent = all.filter(isSilent).length;
  return { rows, outputs: order.slice(silent).map((state) => outputs[state]), firstOutput: silent * width };
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
