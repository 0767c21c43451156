import type { Sql } from '../../database/db.ts';
import { upsertDimensions } from '../../queries/upsert-dimensions.ts';
import type { Dimension } from '../../rules/roll-up.ts';

/** Dimensions that are remembered at most; then all are forgotten, and looked up again. */
const knownMax = 50_000;

/** The ids of dimensions, which never change: each is asked for once, and not with every batch. */
export interface KnownDimensions {
  /**
   * The ids, by key, and what has to be called once the transaction is committed: what it made is undone when it fails, and
   * must not be remembered.
   */
  find(sql: Sql, org: string, dimensions: readonly Dimension[]): Promise<FoundDimensions>;
}

export interface FoundDimensions {
  readonly ids: ReadonlyMap<string, number>;
  committed(): void;
}

export function rememberDimensions(): KnownDimensions {
  const known = new Map<string, number>();
  return {
    async find(sql, org, dimensions) {
      const ids = new Map<string, number>();
      const unknown: Dimension[] = [];
      for (const dimension of dimensions) {
        const id = known.get(`${org} ${dimension.key}`);
        if (id === undefined) unknown.push(dimension);
        else ids.set(dimension.key, id);
      }
      const fresh = unknown.length === 0 ? [] : [...(await upsertDimensions(sql, org, unknown))];
      return {
        ids: new Map([...ids, ...fresh]),
        committed() {
          if (known.size + fresh.length > knownMax) known.clear();
          for (const [key, id] of fresh) known.set(`${org} ${key}`, id);
        },
      };
    },
  };
}
