import { bounds, type FigureKind } from '../figures/catalogue.ts';
import { type Bins, countIn, kindOf, type Snapshot } from '../figures/snapshot.ts';

/** What a scraper is told about `text`. */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The figures in the text format of Prometheus, named as its conventions want: `km.messages.size` in bytes is
 * `km_messages_size_bytes_total`.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function exposition({ counters, gauges, histograms }: Snapshot): string {
  const plain = { ...counters, ...gauges };
  return [
    ...families(plain, (name, labels, value) => [`${name}${braces(labels)} ${value}`]),
    ...families(histograms, histogramLines),
  ].join('');
}

/** The name of a figure in Prometheus. */
export function prometheusName(name: string, { type, unit }: FigureKind): string {
  const suffix = { s: '_seconds', By: '_bytes', 1: '' }[unit];
  return `${name.replaceAll('.', '_')}${suffix}${type === 'counter' ? '_total' : ''}`;
}

type Lines<T> = (name: string, labels: readonly string[], value: T) => readonly string[];

function* families<T>(figures: Readonly<Record<string, Readonly<Record<string, T>>>>, lines: Lines<T>) {
  for (const [name, series] of Object.entries(figures)) {
    const kind = kindOf(name);
    if (kind === undefined) continue; // Of another version of km.
    const called = prometheusName(name, kind);
    const samples = Object.entries(series).flatMap(([key, value]) => lines(called, labelsOf(kind, key), value));
    yield `# HELP ${called} ${kind.help}\n# TYPE ${called} ${kind.type}\n${samples.join('\n')}\n`;
  }
}

function histogramLines(name: string, labels: readonly string[], bins: Bins): string[] {
  let below = 0;
  const buckets = [...bounds, '+Inf'].map((bound, index) => {
    below += bins.counts[index] ?? 0;
    return `${name}_bucket${braces([...labels, `le="${bound}"`])} ${below}`;
  });
  return [...buckets, `${name}_sum${braces(labels)} ${bins.sum}`, `${name}_count${braces(labels)} ${countIn(bins)}`];
}

function labelsOf({ labels }: FigureKind, key: string): string[] {
  const values = JSON.parse(key) as readonly unknown[];
  return labels.flatMap((label, index) => {
    const value = String(values[index] ?? '');
    return value === '' ? [] : [`${label.replaceAll('.', '_')}="${escaped(value)}"`];
  });
}

const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

function braces(labels: readonly string[]): string {
  return labels.length === 0 ? '' : `{${labels.join(',')}}`;
}
