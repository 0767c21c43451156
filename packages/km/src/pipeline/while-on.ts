import type { Filter } from './filter.ts';

/** A filter that can be switched off and on between messages. Off, it neither judges nor watches, and stops nothing. */
export function whileOn(filter: Filter, isOn: () => boolean): Filter {
  const { wants, watch } = filter;
  // Built upon the filter itself, so that all else stays what it is, also where it changes.
  return Object.create(filter, {
    wants: { value: (...asked: Parameters<NonNullable<Filter['wants']>>) => isOn() && wants?.(...asked) !== false },
    enforces: { get: () => isOn() && (filter.enforces ?? filter.onFailure === 'block') },
    ...(watch && {
      watch: { value: (...seen: Parameters<NonNullable<Filter['watch']>>) => isOn() && filter.watch?.(...seen) },
    }),
  }) as Filter; // Its prototype is one.
}
