import type { RiskLevel } from '@kilometers/core/risk/finding.ts';
import { riskLevels } from '@kilometers/core/risk/finding.ts';
import type { Item } from './judge-listing.ts';
import type { ListKind } from './list-server.ts';

/** What became of one configured server. */
export interface ServerReport {
  /** Of the client, for people. */
  readonly client: string;
  readonly file: string;
  /** Where the server stands in the file, counted from 1. */
  readonly line: number;
  readonly name: string;
  readonly state: ServerState;
  /** What was found, at the server as a whole, its tools, prompts and resources. */
  readonly items: readonly Item[];
}

export type ServerState =
  | { readonly kind: 'listed'; readonly counts: Readonly<Record<ListKind, number>>; readonly faults: readonly string[] }
  /** Not started, because of the command it would be started with. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Not started, because it cannot be or need not be. */
  | { readonly kind: 'skipped'; readonly why: string }
  /** Started, or tried to be, and of no use. */
  | { readonly kind: 'failed'; readonly why: string };

/** A file that could not be read. */
export interface FileFault {
  readonly file: string;
  readonly fault: string;
}

/** All that a scan has to say. */
export interface Scan {
  readonly servers: readonly ServerReport[];
  readonly faults: readonly FileFault[];
}

/** The worst of what was found. */
export function worstOf({ items }: Pick<ServerReport, 'items'>): { readonly score: number; readonly level: RiskLevel } {
  const none = { score: 0, level: 'none' } as const;
  return items.map(({ assessment }) => assessment).reduce((a, b) => (b.score > a.score ? b : a), none as Worst);
}

type Worst = { readonly score: number; readonly level: RiskLevel };

/** True when something was found at this level or above. */
export function reaches(scan: Scan, level: RiskLevel): boolean {
  const least = riskLevels.indexOf(level);
  return scan.servers.some((server) => riskLevels.indexOf(worstOf(server).level) >= least);
}

/** The scan as one object, for programs. */
export function scanJson({ servers, faults }: Scan): object {
  return {
    servers: servers.map((server) => ({
      ...{ client: server.client, file: server.file, line: server.line, name: server.name },
      ...{ state: server.state, ...worstOf(server) },
      items: server.items.map(({ kind, name, assessment: { score, level, findings } }) => ({
        ...{ kind, name, score, level, findings },
      })),
    })),
    faults,
  };
}
