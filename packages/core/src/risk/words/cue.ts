/** A turn of phrase that means little alone and much in company. */
export interface Cue {
  readonly name: CueName;
  /** What it does, for a person: "it …". */
  readonly says: string;
  /** One of these is in the text wherever the pattern matches. A plain search is far cheaper than the pattern. */
  readonly needs: readonly string[];
  /** Global, without nested repeats; all its repeats are bounded, so that its time is in proportion to the text. */
  readonly pattern: RegExp;
  /** Said of a text as often as in one: quoted, or named as an example, it counts little. */
  readonly mentionable?: boolean;
}

export type CueName =
  | 'override'
  | 'disobey'
  | 'newTask'
  | 'reveal'
  | 'turn'
  | 'tag'
  | 'address'
  | 'secrecy'
  | 'stealth'
  | 'first'
  | 'secretPath'
  | 'secretWord'
  | 'sendOut'
  | 'passAlong'
  | 'otherTool'
  | 'whenCalled'
  | 'takeOver'
  | 'rewrite'
  | 'callTool'
  | 'prefer'
  | 'later'
  | 'command'
  | 'comment'
  | 'impersonate'
  | 'switchTask'
  | 'yourReply'
  | 'yourCode'
  | 'decode'
  | 'urgent'
  | 'jailbreak'
  | 'persona'
  | 'image'
  | 'obey'
  | 'sensitiveAct'
  | 'probe';

/** A cue where it stands in the plain text. */
export interface Sighting {
  readonly cue: Cue;
  readonly start: number;
  readonly end: number;
  /** It is spoken about here, not spoken. */
  readonly mention: boolean;
}

const sightingsOfCueMax = 8;

/** The cues in a text, in their order in it. */
export function sight(plain: string, cues: readonly Cue[]): readonly Sighting[] {
  const sightings: Sighting[] = [];
  for (const cue of cues) {
    if (!cue.needs.some((word) => plain.includes(word))) continue;
    let count = 0;
    for (const match of plain.matchAll(cue.pattern)) {
      const start = match.index;
      const end = start + match[0].length;
      sightings.push({ cue, start, end, mention: cue.mentionable === true && isMention(plain, start, end) });
      if (++count === sightingsOfCueMax) break;
    }
  }
  return sightings.sort((a, b) => a.start - b.start);
}

const lead = 90;
const speaksAbout =
  /\b(?:such as|e\.g\.|for example|examples?|phrases?|patterns?|strings? like|detect\w*|scans?|scanner|mock|expected|fixtures?|sample|attempts?|attacks?|injections?|asks? the agent|tries to|tried to|try to|illustrat\w+|known as|containing|refers?|attackers? (?:can|could|may|might)|malicious|jailbreaks?|payloads?|test case)\b[^.!?\n]{0,60}$/;
const openQuote = /["'`“‘«「][^"'`”’»」\n]{0,40}$/;
const closeQuote = /^[^"'`”’»」\n]{0,60}["'`”’»」]/;

function isMention(plain: string, start: number, end: number): boolean {
  const before = plain.slice(Math.max(0, start - lead), start);
  if (speaksAbout.test(before)) return true;
  return openQuote.test(before) && closeQuote.test(plain.slice(end, end + lead));
}
