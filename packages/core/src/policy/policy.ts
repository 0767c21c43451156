import type { Assessment } from '../risk/finding.ts';

/** What may be done with a message, from the mildest to the most severe. */
export const policyActions = ['allow', 'tag', 'redact', 'transform', 'ask', 'block'] as const;
export type PolicyAction = (typeof policyActions)[number];

/** All that a rule may look at. Shapes are those of the wire, so that a rule reads like the message. */
export interface PolicyInput {
  /** `launch` is the command that is about to be started. */
  readonly kind: 'request' | 'response' | 'notification' | 'launch';
  readonly dir: 'c2s' | 's2c';
  /** JSON-RPC method; on a response that of its request. Empty for a launch. */
  readonly method: string;
  /** The JSON-RPC message; `{command, args}` for a launch. */
  readonly message: unknown;
  /** The tool called, or answering; `approved` is false while a tool that changed waits for its owner. */
  readonly tool?: { readonly name: string; readonly approved?: boolean; readonly annotations?: unknown };
  /** Arguments of a tool call. */
  readonly args?: unknown;
  readonly session: {
    readonly name: string;
    readonly client?: { readonly name?: string; readonly version?: string };
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly server: { readonly name: string; readonly command: string };
  readonly risk: Assessment;
}

/** What the rules, or where none speaks the preset, make of one message. */
export interface PolicyDecision {
  readonly action: PolicyAction;
  /** Name of the rule that decided; `preset` where none did. */
  readonly rule: string;
  /** For a person and for a model. */
  readonly reason: string;
  /** Words that go on record with the message. */
  readonly tags: readonly string[];
  /** Rules that could not be evaluated: what each would have said is unknown, and goes on record as unjudged. */
  readonly failed: readonly FailedRule[];
}

/** A rule that could not be evaluated. Its `on_failure` has had its say in the decision. */
export interface FailedRule {
  readonly rule: string;
  readonly reason: string;
}

/** Rules that have been read, checked and compiled. */
export interface Policy {
  decide(input: PolicyInput): PolicyDecision;
  /** What becomes of a message that could not be judged. */
  readonly onFailure: 'pass' | 'block';
}
