import { settings } from './settings.ts';

/**
 * What each key is unless it is set, by its dotted name. The bundle for Node holds the values and not the schema behind them:
 * a start that sets nothing, as most do, then needs no schema at all.
 */
export const initialValues: Readonly<Record<string, unknown>> = Object.fromEntries(
  [...settings].map(([key, { initial }]) => [key, initial]),
);
