import type { Direction, Message, Origin, Rpc } from '../message/message.ts';

/** What becomes of a message that is judged. */
export interface Judged {
  readonly forward: 'as-is' | Rpc | readonly Rpc[] | undefined;
  /** What the sender hears in the receiver's stead. */
  readonly answers: readonly Rpc[];
}

/** The record, and the judges, of one session, or of all that is said outside of sessions. */
export interface Conversation {
  /** Of its record. */
  readonly run: string;
  /** Judges a message and puts it on record; undefined where nobody judges. */
  readonly judge: ((message: Message) => Promise<Judged>) | undefined;
  /** Puts a message on record that went on unjudged. */
  seen(message: Message, delivered: boolean): void;
  /** Puts a message of km's own on record. */
  said(dir: Direction, bytes: Uint8Array, origin: Origin): void;
  /** Set while the record has no room. */
  pressure(): Promise<void> | undefined;
  /** Ends once the record is written. */
  close(): Promise<void>;
}
