import type { GroupFigures, SurfaceFigures } from './measure.ts';

/** All that is measured on one folder of labelled texts. */
export interface Scorecard {
  readonly rows: number;
  readonly surfaces: readonly SurfaceFigures[];
  readonly sources: readonly GroupFigures[];
  readonly categories: readonly GroupFigures[];
  readonly disguises: readonly DisguiseFigures[];
  /** Microseconds per 1,000 characters, on the machine that measured. */
  readonly microsPerThousand: number;
}

/** Recall after attacks that are found plainly were written otherwise. */
export interface DisguiseFigures {
  readonly disguise: string;
  readonly rows: number;
  readonly found: number;
}

/** The scorecard as a page of Markdown. */
export function scorecardPage(card: Scorecard): string {
  return `${[
    '# Risk analysis: scorecard',
    '',
    'Written by `km risk eval`. Labelled texts from public sources, none of which are in this repository, were judged one by one,',
    'with no session around them. *Flagged* is a score of 0.4 and more, *stopped* one of 0.8 and more. *Recall at 1 %* is the share of',
    'attacks found by the threshold that 1 % of the ordinary texts of that surface reach. The rules were written with these sources',
    'at hand: on sources never seen expect less. `npm run risk:check -- --data FOLDER` compares an engine with this page.',
    '',
    `${count(card.rows)} texts; ${card.microsPerThousand.toFixed(0)} µs of processor time per 1,000 characters, on the machine that measured.`,
    '',
    '## By surface',
    '',
    ...table(
      [
        'surface',
        'attacks',
        'ordinary',
        'precision',
        'recall',
        'recall at 1 %',
        'at 0.1 %',
        'ordinary flagged',
        'stopped',
      ],
      card.surfaces.map((one) => [
        one.surface,
        count(one.attacks),
        count(one.ordinary),
        ...[one.precision, one.recall, one.recallAt1Percent, one.recallAt01Percent].map((rate) => percent(rate)),
        ...[one.reviewedOrdinary, one.blockedOrdinary].map((rate) => percent(rate, 2)),
      ]),
    ),
    '## Attacks by source',
    '',
    ...groupTable(card.sources.filter(({ isAttack }) => isAttack)),
    '## Attacks by category',
    '',
    ...groupTable(card.categories.filter(({ isAttack }) => isAttack)),
    '## False alarms by source',
    '',
    ...groupTable(card.sources.filter(({ isAttack }) => !isAttack)),
    '## Disguises',
    '',
    'Poisoned descriptions and injections that are flagged as they are, written otherwise.',
    '',
    ...table(
      ['disguise', 'texts', 'still flagged'],
      card.disguises.map(({ disguise, rows, found }) => [disguise, count(rows), percent(found)]),
    ),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

function groupTable(groups: readonly GroupFigures[]): readonly string[] {
  return table(
    ['surface', 'group', 'texts', 'flagged', 'stopped', 'at 1 %'],
    groups.map(({ surface, group, rows, reviewed, blocked, at1Percent }) => [
      surface,
      group.replaceAll('|', '/'),
      count(rows),
      percent(reviewed),
      percent(blocked),
      percent(at1Percent),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

const count = (value: number) => value.toLocaleString('en-US');
const percent = (rate: number | undefined, digits = 1) =>
  rate === undefined ? '' : `${(rate * 100).toFixed(digits)} %`;
