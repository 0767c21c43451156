import type { GenericSchema } from 'valibot';
import type { PlainRule } from './fits-plainly.ts';
import { settings } from './settings.ts';

/** What may bound a number. */
const bounds = new Set(['integer', 'safe_integer', 'min_value', 'max_value']);

/**
 * The settings that need no schema to be checked, by dotted name: numbers, choices, yes or no. Like the initial values, the
 * bundle for Node holds them as they are, so that a start whose file sets only such keys loads no schema.
 */
export const plainRules: Readonly<Record<string, PlainRule>> = Object.fromEntries(
  [...settings].flatMap(([key, { schema }]) => {
    const rule = plainRule(schema);
    return rule === undefined ? [] : [[key, rule]];
  }),
);

/** One step of a schema as valibot lays it out. */
interface Step {
  readonly kind: string;
  readonly type: string;
  readonly requirement?: unknown;
  readonly options?: readonly string[];
  readonly pipe?: readonly Step[];
}

function plainRule(schema: GenericSchema): PlainRule | undefined {
  const [base, ...actions] = steps(schema as unknown as Step).filter(({ kind }) => kind !== 'metadata');
  if (base?.type === 'boolean' && actions.length === 0) return { kind: 'boolean' };
  if (base?.type === 'picklist' && actions.length === 0) return { kind: 'choice', of: base.options ?? [] };
  return base?.type === 'number' && actions.every(({ type }) => bounds.has(type)) ? numberRule(actions) : undefined;
}

/** A pipe's first step may be a pipe itself. */
function steps(step: Step): readonly Step[] {
  return step.pipe === undefined ? [step] : step.pipe.flatMap(steps);
}

function numberRule(actions: readonly Step[]): PlainRule {
  const bound = (type: string) => actions.find((action) => action.type === type)?.requirement as number | undefined;
  const [least, most] = [bound('min_value'), bound('max_value')];
  return {
    kind: 'number',
    whole: actions.some(({ type }) => type.endsWith('integer')),
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
  };
}
