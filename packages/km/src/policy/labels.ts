import { KmError } from '@kilometers/core/errors.ts';

export type Label = 'ok' | 'bad';

/** What somebody thinks of recorded messages, by `labelKey`. */
export type Labels = ReadonlyMap<string, Label>;

export const labelKey = (run: string, seq: number): string => `${run} ${seq}`;

/**
 * Reads labels, one JSON object a line: `{"run": "…", "seq": 12, "label": "ok"}`, or `"bad"`.
 *
 * @throws KmError `usage.bad-value` that names the line.
 */
export function readLabels(text: string, file: string): Labels {
  const labels = new Map<string, Label>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const { run, seq, label } = parse(line);
    if (typeof run !== 'string' || typeof seq !== 'number' || (label !== 'ok' && label !== 'bad')) {
      const fix = 'Each line is an object such as {"run": "0198…", "seq": 12, "label": "ok"}; label is ok or bad.';
      throw new KmError('usage.bad-value', `${file}:${index + 1} is no label.`, { fix });
    }
    labels.set(labelKey(run, seq), label);
  }
  return labels;
}

function parse(line: string): { run?: unknown; seq?: unknown; label?: unknown } {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {}; // The caller says which line it is.
  }
}
