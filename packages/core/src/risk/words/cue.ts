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
  /** It depends on where lines begin. */
  readonly byLine?: boolean;
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
  | 'dictate'
  | 'bid'
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
