import type { Context, Filter, Outcome } from '../pipeline/filter.ts';

/**
 * Shows each outcome to every filter that watches. What one throws reaches neither the traffic nor the other filters; the
 * first failure of each is reported.
 */
export function showTo(
  filters: readonly Filter[],
  context: Context,
  report: (message: string) => void,
): (outcome: Outcome) => void {
  const watchers = filters.filter((filter) => filter.watch !== undefined);
  const failed = new Set<string>();
  return (outcome) => {
    for (const watcher of watchers) {
      try {
        watcher.watch?.(outcome, context);
      } catch (error) {
        if (failed.has(watcher.name)) continue;
        failed.add(watcher.name);
        report(`The filter ${watcher.name} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
}
