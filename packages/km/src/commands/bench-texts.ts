import type { Surface } from '@kilometers/core/risk/passage.ts';

type Pick = (from: readonly string[]) => string;

const nouns = 'report invoice meeting branch customer page index build ticket order photo table budget note'.split(' ');
const verbs = 'shows lists updates creates returns reads moves sends checks counts orders opens'.split(' ');
const folders = 'src docs lib test assets packages public data notes pages'.split(' ');
const files = 'main.ts readme.md table.csv index.html app.py notes.txt style.css schema.sql'.split(' ');

const sentence = (pick: Pick) => `The ${pick(nouns)} ${pick(verbs)} every ${pick(nouns)} of the ${pick(nouns)}. `;
const place = (pick: Pick) => `${pick(folders)}/${pick(folders)}/${pick(files)}`;

/** One piece of an ordinary text of each surface, in the manner of what tools are really given and really answer. */
const pieces: Readonly<Record<Surface, (pick: Pick) => string>> = {
  tool_description: (pick) => `Use this tool when the ${pick(nouns)} is known. ${sentence(pick)}`,
  tool_args: sentence,
  tool_result: (pick) =>
    `## ${pick(nouns)}\n\n${sentence(pick)}See [${pick(nouns)}](https://example.com/${pick(folders)}).\n`,
  user_prompt: (pick) => `Please look at ${place(pick)} and say which ${pick(nouns)} it ${pick(verbs)}. `,
  shell: (pick) => `grep -rn '${pick(nouns)}' ${place(pick)} | sort -u | head -n 20\n`,
  sql: (pick) => `SELECT id, name FROM ${pick(nouns)} WHERE ${pick(nouns)}_id = 42 ORDER BY name;\n`,
  path: (pick) => `${place(pick)}/`,
  url: (pick) => `https://example.com/${place(pick)}?q=${pick(nouns)}&page=2 `,
  http_payload: (pick) => `name=${pick(nouns)}&title=${pick(verbs)}+${pick(nouns)}&page=3&`,
  secret_text: (pick) => `const ${pick(nouns)}Key = settings.get("${pick(nouns)}.key");\n`,
  pii_text: (pick) => `The ${pick(nouns)} of room 12 was seen on 2026-03-14 by ${pick(nouns)} services. `,
};

/** Long enough that nothing can be learnt by heart. */
const blockChars = 20_000;

/** An ordinary text of that many characters. The same each time. */
export function ordinaryText(surface: Surface, chars: number): string {
  const pick = seeded(7);
  let block = '';
  while (block.length < Math.min(chars, blockChars)) block += pieces[surface](pick);
  return block.repeat(Math.ceil(chars / block.length)).slice(0, chars);
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator — numbers that only have to vary */
function seeded(seed: number): Pick {
  let state = seed;
  return (from) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return from[Math.floor((state / 2_147_483_648) * from.length)] as string; // The index is below the length.
  };
}
