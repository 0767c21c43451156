/** Words as they would be started, and the programs that start them. */
export interface Started {
  readonly words: readonly string[];
  readonly through: readonly string[];
}

/** How a program that starts another is written: its options with a value of their own, and what stands before the command. */
interface Wrapper {
  readonly valued?: string;
  readonly before?: number;
}

const wrappers: Readonly<Record<string, Wrapper>> = {
  sudo: { valued: 'ughpCDRrtT' },
  doas: { valued: 'uC' },
  env: { valued: 'uCS' },
  nohup: {},
  time: { valued: 'fo' },
  nice: { valued: 'n' },
  ionice: { valued: 'cnp' },
  stdbuf: { valued: 'ioe' },
  setsid: {},
  timeout: { valued: 'sk', before: 1 },
  watch: { valued: 'n' },
  xargs: { valued: 'InPLdEsa' },
  parallel: { valued: 'jI' },
  command: {},
  builtin: {},
  exec: { valued: 'a' },
  busybox: {},
  toybox: {},
  chroot: { before: 1 },
  strace: { valued: 'eopsu' },
  unshare: {},
  nsenter: { valued: 'tSG' },
  flock: { valued: 'wE', before: 1 },
  ssh: { valued: 'bcDEeFIiJLlmOopQRSWw', before: 1 },
};
const layersMax = 6;
const executionsMax = 20;
const wordsMax = 500;

/** The command itself, and every command that it starts. */
export function unwrap(outer: Started): Started[] {
  const all: Started[] = [outer];
  let current = outer;
  for (let layer = 0; layer < layersMax; layer += 1) {
    const name = baseName(current.words[0]);
    if (name === 'find' || name === 'fd' || name === 'fdfind') return [...all, ...executedByFind(current)];
    const wrapper = wrappers[name];
    if (!wrapper) return all;
    const words = afterWrapper(current.words.slice(1), wrapper);
    if (words.length === 0) return all;
    current = { words, through: [...current.through, name] };
    all.push(current);
  }
  return all;
}

function afterWrapper(words: readonly string[], { valued = '', before = 0 }: Wrapper): string[] {
  let at = 0;
  let left = before;
  for (; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '--') continue;
    if (/^-./.test(word)) {
      if (word.length === 2 && valued.includes(word.charAt(1))) at += 1;
    } else if (/^[A-Za-z_]\w*=/.test(word)) {
      // An assignment in front of the command, as `env A=1 command` has.
    } else if (left > 0) left -= 1;
    else break;
  }
  return words.slice(at);
}

/** `find PLACE … -exec COMMAND {} ;`: the command, with the place where `{}` stands. */
function executedByFind({ words, through }: Started): Started[] {
  const place = words.slice(1).find((word) => !/^-[HLPO]/.test(word)) ?? '.';
  // A test such as -name narrows what is found, so the place alone does not say what would be hit.
  const target = narrowsFind(words) ? '{}' : place;
  const started: Started[] = [];
  for (let at = 0; at < words.length && started.length < executionsMax; at += 1) {
    if (!/^(?:-exec|-execdir|-ok|-okdir|-x|-X)$/.test(words[at] as string)) continue;
    const end = words.findIndex((word, index) => index > at && /^(?:;|\+|\\+;?)$/.test(word));
    const inner = words.slice(at + 1, end === -1 ? at + wordsMax : end);
    if (inner.length === 0) continue;
    started.push({ words: inner.map((word) => word.replaceAll('{}', target)), through: [...through, 'find'] });
  }
  return started;
}

const findTests =
  /^-(?:i?name|i?path|i?regex|i?wholename|[acm](?:time|min)|newer\w*|size|empty|user|group|uid|gid|nouser|nogroup|perm|inum|links|samefile|fstype|lname)$/;

/** True where `find` takes only some of the files below its place. */
export function narrowsFind(words: readonly string[]): boolean {
  return words.some((word, at) => findTests.test(word) && words[at + 1] !== '*');
}

function baseName(word = ''): string {
  return word.slice(word.lastIndexOf('/') + 1);
}
