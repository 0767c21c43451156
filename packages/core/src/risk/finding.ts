/** Classes of the OWASP MCP Top 10 (2025). @see https://owasp.org/www-project-mcp-top-10/ */
export const owaspMcp = {
  'MCP01:2025': 'Token Mismanagement and Secret Exposure',
  'MCP02:2025': 'Privilege Escalation via Scope Creep',
  'MCP03:2025': 'Tool Poisoning',
  'MCP04:2025': 'Software Supply Chain Attacks and Dependency Tampering',
  'MCP05:2025': 'Command Injection and Execution',
  'MCP06:2025': 'Intent Flow Subversion',
  'MCP07:2025': 'Insufficient Authentication and Authorization',
  'MCP08:2025': 'Lack of Audit and Telemetry',
  'MCP09:2025': 'Shadow MCP Servers',
  'MCP10:2025': 'Context Injection and Over-Sharing',
} as const;
export type OwaspId = keyof typeof owaspMcp;

/** Where in a message something stands. */
export interface Place {
  /** JSON pointer (RFC 6901) from the message to the string; empty for a text by itself. */
  readonly pointer: string;
  /** Offsets into that string, in UTF-16 units; `end` is behind the last. */
  readonly start: number;
  readonly end: number;
}

/** What the risk engine saw. */
export interface Finding {
  /** Family and name, such as `files.sensitive`. */
  readonly rule: string;
  readonly owasp: OwaspId;
  /** What this alone would score, from 0 to 1. From 0.8 on it is precise enough to block a call for. */
  readonly weight: number;
  /** Why, for a person and for a model: what it is, never the secret or the text itself. */
  readonly reason: string;
  /** The text that was matched, cut short; secrets in it are replaced. */
  readonly evidence: string;
  readonly at: Place;
  readonly suggestion?: Suggestion;
}

/** A safer text for the string in which the finding stands. */
export interface Suggestion {
  /** What would change, for a person. */
  readonly what: string;
  /** The whole string, as it would be forwarded instead. */
  readonly text: string;
}

export const riskLevels = ['none', 'low', 'medium', 'high', 'critical'] as const;
export type RiskLevel = (typeof riskLevels)[number];

/** What the engine makes of one message. */
export interface Assessment {
  /** From 0 to 1. */
  readonly score: number;
  readonly level: RiskLevel;
  /** Heaviest first, and no more than 50. */
  readonly findings: readonly Finding[];
  /** How many lighter findings there were beyond these. */
  readonly more?: number;
  /**
   * Names of the detectors that failed on this message, where any did. Whatever they would have said is missing from the
   * score: who enforces treats the message as one that could not be judged.
   */
  readonly unjudged?: readonly string[];
  readonly recommendation: 'allow' | 'review' | 'block';
}
