import { createHash, createHmac } from 'node:crypto';
import type { Finding } from '../src/risk/finding.ts';
import { createKnowledge, type SessionKnowledge } from '../src/risk/session/knowledge.ts';
import { Memory } from '../src/risk/session/memory.ts';
import type { Subject } from '../src/risk/surfaces.ts';

/** Several servers of one machine, each behind a km of its own. Time stands still unless it is moved. */
export class Machine {
  readonly memory = new Memory();
  now = Date.UTC(2026, 0, 1);
  readonly #talks = new Map<string, Talk>();

  /** The session with a server; the same one each time. */
  talk(server: string): Talk {
    const talk = this.#talks.get(server) ?? this.newTalk(server);
    this.#talks.set(server, talk);
    return talk;
  }

  /** Another session with a server. */
  newTalk(server: string): Talk {
    this.memory.apply({ kind: 'server', server, name: server, command: `npx ${server}`, at: this.now });
    const knowledge = createKnowledge({
      memory: this.memory,
      keep: (fact) => this.memory.apply(fact),
      refresh: () => {},
      hash: (text) => createHash('sha256').update(text).digest('hex'),
      mark: (value) => createHmac('sha256', 'salt').update(value).digest('base64url'),
      redact: (text) => text.replaceAll('hunter2', '[redacted]'),
      now: () => this.now,
      server,
    });
    return new Talk(knowledge);
  }
}

type Tool = { readonly name: string } & Record<string, unknown>;

/** One session. Each method says one message, and gives the rules that were found. */
export class Talk {
  readonly knowledge: SessionKnowledge;
  #id = 0;

  constructor(knowledge: SessionKnowledge) {
    this.knowledge = knowledge;
  }

  say(subject: Subject, textFindings: readonly Finding[] = [], forwarded = true): readonly Finding[] {
    const found = this.knowledge.look(subject, textFindings);
    this.knowledge.learn(subject, [...textFindings, ...found], forwarded);
    return found;
  }

  lists(tools: readonly Tool[], more: { nextCursor?: string; texts?: readonly Finding[] } = {}): string[] {
    const { texts = [], ...rest } = more;
    const asked = { method: 'tools/list' };
    return rulesOf(this.say({ dir: 's2c', rpc: { id: ++this.#id, result: { tools, ...rest } }, asked }, texts));
  }

  calls(name: string, args: unknown = {}, texts: readonly Finding[] = []): string[] {
    const rpc = { id: ++this.#id, method: 'tools/call', params: { name, arguments: args } };
    return rulesOf(this.say({ dir: 'c2s', rpc }, texts));
  }

  /** The answer to the call before. */
  answers(name: string, text: string, texts: readonly Finding[] = []): string[] {
    const result = { content: [{ type: 'text', text }] };
    const subject: Subject = {
      dir: 's2c',
      rpc: { id: this.#id, result },
      asked: { method: 'tools/call', target: name },
    };
    return rulesOf(this.say(subject, texts));
  }
}

export const rulesOf = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);

/** A finding of a text detector. */
export function textFinding(rule: string, pointer: string, start = 0, end = 0): Finding {
  return { rule, owasp: 'MCP03:2025', weight: 0.6, reason: rule, evidence: '', at: { pointer, start, end } };
}
