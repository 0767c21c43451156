import type { Policy, PolicyAction, PolicyDecision, PolicyInput } from '@kilometers/core/policy/policy.ts';
import type { Engine } from '@kilometers/core/risk/assess.ts';
import type { RecordLine } from '../log/record-line.ts';
import { type Label, type Labels, labelKey } from './labels.ts';
import { noFacts, type RunFacts, recordedMessages, runFacts } from './recorded-message.ts';

/** Names come from the traffic: whoever calls a million tools may not fill the memory. */
const groupsMax = 10_000;
const runsMax = 10_000;

/** A message that would not simply have passed. */
export interface Hit {
  readonly ts: string;
  readonly run: string;
  readonly seq: number;
  readonly server: string;
  readonly method: string;
  readonly tool: string;
  readonly decision: PolicyDecision;
  /** What km did with it then. */
  readonly outcome: string;
  readonly label: Label | undefined;
}

export interface Replayed {
  messages: number;
  /** Messages that are on record in part only, and could not be put before the policy. */
  notWhole: number;
  /** Rules that could not be evaluated, counted once for each message. */
  unjudged: number;
  readonly actions: Record<PolicyAction, number>;
  /** What each rule would have done, by `action rule` and by `action tool`; passing is left out. */
  readonly rules: Map<string, number>;
  readonly tools: Map<string, number>;
  /** By the labels: stopped rightly, stopped by mistake, let pass rightly, missed. */
  readonly labelled: { right: number; mistaken: number; passed: number; missed: number };
}

export interface ReplayParts {
  readonly policy: Policy;
  readonly engine: Engine;
  readonly labels: Labels;
  readonly onHit: (hit: Hit) => void;
}

/** Puts recorded messages before a policy, one record after another, in memory that does not grow with the log. */
export class Replay {
  readonly result: Replayed = {
    ...{ messages: 0, notWhole: 0, unjudged: 0, rules: new Map(), tools: new Map() },
    actions: { allow: 0, tag: 0, redact: 0, transform: 0, ask: 0, block: 0 },
    labelled: { right: 0, mistaken: 0, passed: 0, missed: 0 },
  };
  readonly #parts: ReplayParts;
  readonly #facts = new Map<string, RunFacts>();

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Takes from a record what later ones of its run need. */
  learn(line: RecordLine): void {
    if (line.text('kind') !== 'session') return;
    const record = line.whole();
    const before = this.#facts.get(record.run) ?? noFacts;
    this.#facts.delete(record.run);
    this.#facts.set(record.run, runFacts(record, before));
    const [oldest] = this.#facts.keys();
    if (this.#facts.size > runsMax && oldest !== undefined) this.#facts.delete(oldest);
  }

  add(line: RecordLine): void {
    this.learn(line);
    const kind = line.text('kind') ?? '';
    if (!['request', 'response', 'notification', 'batch'].includes(kind)) return;
    const record = line.whole();
    const inputs = recordedMessages(record, this.#facts.get(record.run) ?? noFacts, this.#parts.engine);
    if (inputs.length === 0) this.result.notWhole++;
    const label = this.#parts.labels.get(labelKey(record.run, record.seq));
    for (const input of inputs) {
      const decision = this.#parts.policy.decide(input);
      const { ts, run, seq, outcome = 'forwarded' } = record;
      this.#count(input, decision, label);
      if (decision.action === 'allow' && decision.failed.length === 0 && label !== 'bad') continue;
      const names = { server: input.server.name, method: input.method, tool: input.tool?.name ?? '' };
      this.#parts.onHit({ ts, run, seq, ...names, decision, outcome, label });
    }
  }

  #count({ tool, method }: PolicyInput, { action, rule, failed }: PolicyDecision, label: Label | undefined): void {
    const { result } = this;
    result.messages++;
    result.actions[action]++;
    if (failed.length > 0) result.unjudged++;
    if (action !== 'allow') {
      increase(result.rules, `${action} ${rule}`);
      increase(result.tools, `${action} ${tool?.name ?? method}`);
    }
    if (label !== undefined) result.labelled[outcomeOf(label, action)]++;
  }
}

/** Only a block stops by mistake: whoever is asked can still say yes. A bad message that is asked about is not missed. */
function outcomeOf(label: Label, action: PolicyAction): keyof Replayed['labelled'] {
  if (label === 'ok') return action === 'block' ? 'mistaken' : 'passed';
  return action === 'allow' || action === 'tag' ? 'missed' : 'right';
}

function increase(counts: Map<string, number>, key: string): void {
  const kept = counts.has(key) || counts.size < groupsMax ? key : `${key.split(' ')[0]} (others)`;
  counts.set(kept, (counts.get(kept) ?? 0) + 1);
}
