/** What kind of text a passage is: it decides which detectors look at it. */
export const surfaces = [
  'tool_description',
  'tool_args',
  'tool_result',
  'user_prompt',
  'shell',
  'sql',
  'path',
  'url',
  'http_payload',
  'secret_text',
  'pii_text',
] as const;
export type Surface = (typeof surfaces)[number];

/**
 * One string of a message that a model, a person or a program will read.
 *
 * `tool_description` is all that describes: names, titles, annotations, parameters, enum values, server instructions.
 * `tool_result` is all that comes from a server to be read: results, resources, prompts, elicitation and sampling texts.
 * `tool_args` is one string of a call's arguments; `key` and `tool` tell a command from a sentence.
 */
export interface Passage {
  readonly surface: Surface;
  /** The string as it stands in the message. */
  readonly text: string;
  /** JSON pointer (RFC 6901) from the message to the string. */
  readonly pointer: string;
  /** Name of the member that holds the string, in arguments. */
  readonly key?: string;
  /** The tool it is said of, sent to, or comes from. */
  readonly tool?: string;
}
