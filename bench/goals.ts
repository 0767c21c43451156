import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from './rounds.ts';

/** A goal as budgets.json has it: which figure of km, looked at how, and its bound. */
interface Budget {
  readonly goal: string;
  readonly measure: string;
  readonly unit: string;
  readonly compare: 'median' | 'ratio' | 'overBase' | 'overDirect';
  readonly most?: number;
  readonly least?: number;
  /** The one candidate it is for; by default every km. */
  readonly only?: string;
}

/** A goal and what was measured. */
export interface Judged {
  readonly goal: string;
  readonly candidate: string;
  readonly measured: number;
  readonly bound: number;
  readonly compare: Budget['compare'];
  readonly unit: string;
  readonly reached: boolean;
}

/** Every goal for which this run has a figure, once for each km that it is about. */
export function judge(figures: readonly Figure[]): Judged[] {
  const budgets = JSON.parse(readFileSync(path.join(import.meta.dirname, 'budgets.json'), 'utf8')) as Budget[]; // ours
  return budgets.flatMap((budget) =>
    figures.filter((figure) => isAbout(budget, figure)).map((figure) => weigh(budget, figure)),
  );
}

function isAbout({ measure, unit, only }: Budget, figure: Figure): boolean {
  const wanted = only === undefined ? figure.candidate.startsWith('km ') : figure.candidate === only;
  return wanted && figure.measure === measure && figure.unit === unit;
}

function weigh({ goal, compare, unit, most, least }: Budget, figure: Figure): Judged {
  const measured = figure[compare] ?? Number.NaN;
  const reached = most === undefined ? measured >= (least ?? Number.NaN) : measured <= most;
  return { goal, candidate: figure.candidate, measured, bound: most ?? least ?? Number.NaN, compare, unit, reached };
}
