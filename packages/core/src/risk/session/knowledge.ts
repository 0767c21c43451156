import type { Finding } from '../finding.ts';
import type { Subject } from '../surfaces.ts';

/**
 * What is known beyond one message: tools pinned, names of other servers' tools, marks of secret or untrusted values, rates.
 *
 * `look` finds what only the past can tell, `learn` keeps what the message teaches. Pure memory; who made it reads and
 * writes the store that the km's of a machine share.
 */
export interface Knowledge {
  look(subject: Subject, textFindings: readonly Finding[]): readonly Finding[];
  /** @param forwarded False when the message was stopped: what never arrived taught nobody anything. */
  learn(subject: Subject, textFindings: readonly Finding[], forwarded: boolean): void;
}
