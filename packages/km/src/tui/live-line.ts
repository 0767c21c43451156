import type { After } from '../after.ts';

/** One line at the bottom of the terminal that is drawn over again and makes way for everything else. */
export interface LiveLine {
  /** Something to show has changed, or something was printed. Cheap enough for every message. */
  changed(): void;
  /** What to print first, so that the line is gone; empty when it is not there. */
  erased(): string;
  stop(): void;
}

interface Surroundings {
  readonly columns: () => number;
  readonly after: After;
  readonly write: (text: string) => void;
  /** The line, no wider than `columns`; empty when there is nothing to show. Widths are those without `paint`. */
  readonly compose: (columns: number) => { readonly text: string; readonly width: number };
  /** False while the cursor stands behind somebody else's unfinished line. */
  readonly mayDraw: () => boolean;
}

const redrawMs = 250;

export const noLiveLine: LiveLine = { changed() {}, erased: () => '', stop() {} };

export function createLiveLine({ columns, after, write, compose, mayDraw }: Surroundings): LiveLine {
  let shown = { text: '', width: 0 };
  let cancel: (() => void) | undefined;
  let stopped = false;

  function draw(): void {
    cancel = undefined;
    if (!mayDraw()) return;
    // A line as wide as the terminal leaves the cursor in a place that terminals do not agree about.
    const next = compose(columns() - 1);
    if (next.text === shown.text) return;
    write(`${erased()}${next.text}`);
    shown = next;
  }

  /** When the terminal has become narrower, the line has been wrapped to several rows. */
  function erased(): string {
    if (shown.width === 0) return '';
    const rowsAbove = Math.ceil(shown.width / Math.max(columns(), 1)) - 1;
    shown = { text: '', width: 0 };
    return `${rowsAbove > 0 ? `\x1b[${rowsAbove}A` : ''}\r\x1b[J`;
  }

  return {
    changed() {
      if (!stopped) cancel ??= after(redrawMs, draw);
    },
    erased,
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
