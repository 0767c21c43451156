import type { Detector, Found } from '../detector.ts';

const esc = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);
/** The same commands as one character, of a terminal in 8-bit mode. */
const csi = `(?:${esc}\\[|\\u009b)`;

/**
 * Commands to a terminal: they hide text, move over it, set the clipboard, or make a link that leads elsewhere. Colours
 * alone are what programs print.
 */
export const terminalEscapes: Detector = {
  name: 'terminal-escapes',
  surfaces: ['tool_description', 'tool_args', 'tool_result', 'user_prompt', 'shell'],
  detect({ text }, { surface }) {
    if (!anyOfThem.test(text)) return [];
    return kinds.flatMap(({ rule, pattern, weight, reason, described }) =>
      [...text.matchAll(pattern)].map(({ 0: { length }, index }): Found => {
        const heavier = surface === 'tool_description' ? described : weight;
        return { rule, owasp: 'MCP03:2025', weight: heavier, reason, start: index, end: index + length };
      }),
    );
  },
};

const anyOfThem = new RegExp(`[${esc}\\u009b\\u009d\\b${bell}]`);

interface Kind {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly weight: number;
  /** Weight in a description, where no terminal's output belongs. */
  readonly described: number;
  readonly reason: string;
}

const kinds: readonly Kind[] = [
  {
    rule: 'terminal.hide',
    // Concealed, or black on black.
    pattern: new RegExp(`${csi}(?:[0-9;]*;)?8m|${csi}(?:30;40|40;30|37;47|47;37|97;107)m`, 'g'),
    weight: 0.85,
    described: 0.9,
    reason: 'A terminal command makes the text after it invisible.',
  },
  {
    rule: 'terminal.move',
    pattern: new RegExp(`${csi}[0-9;]*[ABEFHfJKdSTPMLX](?![A-Za-z]{3})`, 'g'),
    weight: 0.5,
    described: 0.85,
    reason: 'A terminal command moves over or erases text, so that something else is shown than was sent.',
  },
  {
    rule: 'terminal.command',
    // Clipboard (52), window title with a report, files and notifications of single terminals.
    pattern: new RegExp(`(?:${esc}\\]|\\u009d)(?:52|50|4|1337|777|9);`, 'g'),
    weight: 0.9,
    described: 0.9,
    reason: 'A terminal command sets the clipboard, changes files or asks the terminal to act.',
  },
  {
    rule: 'terminal.link',
    pattern: new RegExp(`(?:${esc}\\]|\\u009d)8;[^;]{0,200};[^${esc}${bell}]`, 'g'),
    weight: 0.4,
    described: 0.85,
    reason: 'A terminal link can show one address and lead to another.',
  },
  {
    rule: 'terminal.device',
    pattern: new RegExp(
      `${esc}(?:P[^${esc}]|_|\\^|c(?![A-Za-z]))|${csi}(?:[0-9;]*[cn]|\\?[0-9;]+[hl])(?![A-Za-z]{3})`,
      'g',
    ),
    weight: 0.5,
    described: 0.85,
    reason: 'A terminal command changes or questions the terminal itself; its answer is typed as if by the person.',
  },
  {
    rule: 'terminal.colour',
    pattern: new RegExp(`${csi}[0-9;]*m`, 'g'),
    weight: 0.1,
    described: 0.85,
    reason: 'Commands to a terminal do not belong into a description.',
  },
  {
    rule: 'terminal.overwrite',
    pattern: /[\b]{3,}/g,
    weight: 0.85,
    described: 0.9,
    reason: 'Backspaces erase on the screen what was sent before them.',
  },
];
