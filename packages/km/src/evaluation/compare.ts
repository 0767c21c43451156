/** What a scorecard says of one surface or one disguise; in percent. */
type Figures = Readonly<Record<string, number>>;

/** Smaller changes are noise of a single text or two. */
const recallPoints = 1;
const alarmPoints = 0.1;

const alarms: ReadonlySet<string> = new Set(['ordinary flagged', 'stopped']);
const recalls: ReadonlySet<string> = new Set(['recall', 'recall at 1 %', 'at 0.1 %', 'still flagged']);

/** What got worse from one scorecard page to another, a line for each; empty when nothing did. */
export function whatGotWorse(before: string, after: string): readonly string[] {
  return ['By surface', 'Disguises'].flatMap((section) => {
    const now = tableOf(after, section);
    return [...tableOf(before, section)].flatMap(([row, figures]) => worseIn(row, figures, now.get(row)));
  });
}

function worseIn(row: string, before: Figures, after: Figures | undefined): readonly string[] {
  if (after === undefined) return [`${row}: no longer measured.`];
  return Object.entries(before).flatMap(([column, was]) => {
    const is = after[column];
    if (is === undefined) return [];
    const isWorse = (recalls.has(column) && is < was - recallPoints) || (alarms.has(column) && is > was + alarmPoints);
    return isWorse ? [`${row}: ${column} was ${was} %, is ${is} %.`] : [];
  });
}

/** The table under a heading, by the first cell of each row. */
function tableOf(page: string, heading: string): ReadonlyMap<string, Figures> {
  const section = page.split('\n## ').find((part) => part.startsWith(heading)) ?? '';
  const [head = [], , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return new Map(rows.map(([row = '', ...cells]) => [row, figuresOf(head.slice(1), cells)]));
}

function figuresOf(columns: readonly string[], cells: readonly string[]): Figures {
  const known = columns.map((column, index) => [column, cells[index] ?? ''] as const);
  return Object.fromEntries(
    known.filter(([, cell]) => cell.endsWith('%')).map(([column, cell]) => [column, Number.parseFloat(cell)]),
  );
}
