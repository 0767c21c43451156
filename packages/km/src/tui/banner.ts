import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

export interface BannerFacts {
  readonly version: string;
  readonly session: string;
  /** Such as `free (works without a key)`. */
  readonly tier: string;
  /** The server's command as one would type it, redacted. */
  readonly server: string;
  /** Path of the log. */
  readonly log: string;
  /** Whether risk analysis is on, and otherwise how it is switched on. */
  readonly risk: string;
  /** Standard input is a terminal: no MCP client speaks yet. */
  readonly waits: boolean;
}

const advice = 'waiting for an MCP client; configure it with command km, arguments monitor -- <command>';

export function bannerRows({ version, session, tier, server, log, risk, waits }: BannerFacts, paint: Paint): string[] {
  return [
    printable(`km ${version}   session ${session}   tier ${tier}`),
    `${paint('aside', 'server    ')} ${printable(server)}`,
    `${paint('aside', 'log       ')} ${printable(log)}`,
    `${paint('aside', 'risk      ')} ${printable(risk)}`,
    ...(waits ? [`${paint('aside', 'input     ')} ${advice}`] : []),
  ];
}

export function bannerFields({ waits: _, ...facts }: BannerFacts): { message: string } & Record<string, unknown> {
  return { message: `km ${facts.version} monitors ${facts.server}`, ...facts };
}
