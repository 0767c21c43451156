/** What an entry of the audit trail says, in the order in which it is hashed. */
export interface AuditFacts {
  readonly org: string;
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  /** `user:ID`, `key:ID` or `system`. */
  readonly actor: string;
  /** Verb and noun: `key.create`. */
  readonly action: string;
  readonly target: string | null;
  /** Flat. No secret is ever among them. */
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
  /** Hash of the entry before; `auditStart` on the first. */
  readonly prev: string;
}

export const auditStart = '0'.repeat(64);

/** The text whose SHA-256 is the hash of an entry: a list, so that no name can be spelt two ways. */
export function auditText({ org, seq, at, actor, action, target, details, prev }: AuditFacts): string {
  const sorted = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([org, seq, at, actor, action, target, sorted, prev]);
}
