import path from 'node:path';

/** Where events wait to be sent. */
export interface OutboxPlaces {
  readonly folder: string;
  /** Counts of runs that are over. */
  readonly totals: string;
  /** Events that the control plane does not take, with the reason. */
  readonly refused: string;
  /** Held by the one km that takes over what dead ones have left. */
  readonly lock: string;
}

export function outboxPlaces(dataFolder: string): OutboxPlaces {
  const folder = path.join(dataFolder, 'outbox');
  return {
    folder,
    totals: path.join(folder, 'totals.json'),
    refused: path.join(folder, 'refused.jsonl'),
    lock: path.join(folder, 'take-over.lock'),
  };
}

export const stateFileName = 'state.json';
export const isBatchFile = (name: string): boolean => name.endsWith('.jsonl');
