/**
 * Few colours, one meaning each: red is what failed or was refused, yellow is what deserves a look, dim is what the eye
 * may skip.
 */
export type Tone = 'bad' | 'notable' | 'aside';

const codes: Record<Tone, number> = { bad: 31, notable: 33, aside: 2 };

export type Paint = (tone: Tone, text: string) => string;

export const plain: Paint = (_tone, text) => text;

export const coloured: Paint = (tone, text) => (text === '' ? '' : `\x1b[${codes[tone]}m${text}\x1b[0m`);
