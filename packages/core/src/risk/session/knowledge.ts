import type { Finding } from '../finding.ts';
import type { Subject } from '../surfaces.ts';
import { flow } from './flow.ts';
import { type ListedTool, toolsIn } from './listed-tools.ts';
import type { ToolState } from './memory.ts';
import { pins } from './pins.ts';
import { rates } from './rates.ts';
import type { Sense, SenseParts } from './sense.ts';
import { shadowing } from './shadowing.ts';

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
  /** Whether a tool is what it was, and whether a person has said so: of a tool as listed, or of the one called so. */
  toolState(tool: string | ListedTool): ToolState;
}

export interface SessionKnowledge extends Knowledge {
  /** Keeps what was only counted so far. */
  end(): void;
}

/** Knowledge of one session. Sessions that share a memory know of each other. */
export function createKnowledge(parts: SenseParts): SessionKnowledge {
  const pinned = pins(parts);
  const counted = rates(parts);
  const senses: readonly Sense[] = [pinned, shadowing(parts), flow(parts), counted];
  return {
    look(subject, textFindings) {
      if (isAboutThePast(subject)) parts.refresh();
      return senses.flatMap((sense) => sense.look(subject, textFindings));
    },
    learn(subject, textFindings, forwarded) {
      for (const sense of senses) sense.learn(subject, textFindings, forwarded);
    },
    toolState: (tool) => pinned.stateOf(tool),
    end: () => counted.end(),
  };
}

/** Where another km's knowledge can matter. All else is spared the look at the store. */
function isAboutThePast(subject: Subject): boolean {
  const { dir, rpc } = subject;
  return dir === 'c2s'
    ? rpc.method === 'tools/call' || rpc.method === 'resources/read'
    : toolsIn(subject) !== undefined;
}
