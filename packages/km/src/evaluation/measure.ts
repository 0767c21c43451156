/** One labelled text, judged. */
export interface Scored {
  readonly surface: string;
  readonly source: string;
  readonly category: string;
  readonly isAttack: boolean;
  readonly score: number;
}

/** How well one kind of text is told apart. Rates are from 0 to 1; undefined where there was nothing to measure. */
export interface SurfaceFigures {
  readonly surface: string;
  readonly attacks: number;
  readonly ordinary: number;
  /** Share of what was flagged (review or block) that is an attack; it depends on the mix of the data. */
  readonly precision: number | undefined;
  readonly recall: number | undefined;
  readonly recallAt1Percent: number | undefined;
  readonly recallAt01Percent: number | undefined;
  readonly reviewedOrdinary: number | undefined;
  readonly blockedOrdinary: number | undefined;
}

/** The same for one source, or one category of a source, with the thresholds of its surface. */
export interface GroupFigures {
  readonly surface: string;
  readonly group: string;
  readonly isAttack: boolean;
  readonly rows: number;
  readonly reviewed: number;
  readonly blocked: number;
  readonly at1Percent: number | undefined;
}

const reviewFrom = 0.4;
const blockFrom = 0.8;

/** Figures of each surface, in alphabetical order. */
export function measureSurfaces(rows: readonly Scored[]): readonly SurfaceFigures[] {
  return [...grouped(rows, ({ surface }) => surface)].map(([surface, ofSurface]) => {
    const attacks = ofSurface.filter(({ isAttack }) => isAttack);
    const ordinary = ofSurface.filter(({ isAttack }) => !isAttack);
    const flagged = ofSurface.filter(({ score }) => score >= reviewFrom);
    const recallAt = (falseAlarms: number) =>
      ordinary.length === 0 ? undefined : share(attacks, thresholdFor(ordinary, falseAlarms));
    return {
      surface,
      attacks: attacks.length,
      ordinary: ordinary.length,
      precision: flagged.length === 0 ? undefined : flagged.filter(({ isAttack }) => isAttack).length / flagged.length,
      recall: share(attacks, reviewFrom),
      recallAt1Percent: recallAt(0.01),
      recallAt01Percent: recallAt(0.001),
      reviewedOrdinary: share(ordinary, reviewFrom),
      blockedOrdinary: share(ordinary, blockFrom),
    };
  });
}

/** @param nameOf The group of a row, such as its source. */
export function measureGroups(rows: readonly Scored[], nameOf: (row: Scored) => string): readonly GroupFigures[] {
  const groups = grouped(rows, (row) => [row.surface, row.isAttack ? 0 : 1, nameOf(row)].join('\t'));
  return [...groups].map(([, group]) => {
    const first = group[0] as Scored;
    const ordinary = rows.filter(({ surface, isAttack }) => surface === first.surface && !isAttack);
    return {
      surface: first.surface,
      group: nameOf(first),
      isAttack: first.isAttack,
      rows: group.length,
      reviewed: share(group, reviewFrom) ?? 0,
      blocked: share(group, blockFrom) ?? 0,
      at1Percent: ordinary.length === 0 ? undefined : share(group, thresholdFor(ordinary, 0.01)),
    };
  });
}

/** Lowest score that at most this share of the ordinary texts reaches. A score of 0 is never an alarm. */
export function thresholdFor(ordinary: readonly Scored[], falseAlarms: number): number {
  const scores = ordinary.map(({ score }) => score).sort((a, b) => b - a);
  const allowed = Math.floor(falseAlarms * scores.length);
  return Math.max(scores[allowed] ?? 0, 0) + 0.0005; // Scores have three decimals: just above the first that is too many.
}

function share(rows: readonly Scored[], from: number): number | undefined {
  return rows.length === 0 ? undefined : rows.filter(({ score }) => score >= from).length / rows.length;
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}
