import type { Finding, OwaspId } from '../finding.ts';
import type { Subject } from '../surfaces.ts';
import type { Fact } from './fact.ts';
import type { Memory } from './memory.ts';

/** One thing that only the past can tell: looks before a message is dealt with, learns after. */
export interface Sense {
  look(subject: Subject, textFindings: readonly Finding[]): readonly Finding[];
  learn(subject: Subject, textFindings: readonly Finding[], forwarded: boolean): void;
}

/** What every sense works with. */
export interface SenseParts {
  readonly memory: Memory;
  /** Keeps a fact, for this session at once and for the other km's of the machine soon. */
  readonly keep: (fact: Fact) => void;
  /** Takes in what the other km's have learned. Called where it matters most, so it has to be cheap. */
  readonly refresh: () => void;
  /** SHA-256, hex. */
  readonly hash: (text: string) => string;
  /** A hash with a key that only this machine has. */
  readonly mark: (value: string) => string;
  /** Takes secrets out of a text that is kept. */
  readonly redact: (text: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Id of the server that this session talks to. */
  readonly server: string;
}

interface Sight {
  readonly rule: string;
  readonly owasp: OwaspId;
  readonly weight: number;
  readonly reason: string;
  readonly evidence: string;
}

/** A finding about a whole value of the message. */
export function sighted(pointer: string, sight: Sight): Finding {
  return { ...sight, at: { pointer, start: 0, end: 0 } };
}

/** The call in a message from the client; undefined when it is none. */
export function callIn({ dir, rpc }: Subject): { tool: string; args: unknown } | undefined {
  if (dir !== 'c2s' || rpc.method !== 'tools/call') return undefined;
  const { name, arguments: args } = (rpc.params ?? {}) as { name?: unknown; arguments?: unknown };
  return typeof name === 'string' ? { tool: name, args } : undefined;
}

/** A name that a server chose: it is cut, and nothing in it can move a cursor. */
export function shown(name: string): string {
  return name.slice(0, 80).replace(/[^\u0020-\u007e]/g, '?');
}
