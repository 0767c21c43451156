import { Fact } from '@kilometers/core/risk/session/fact.ts';
import * as v from 'valibot';

/** A line for each fact, with who wrote it at its head. */
export function toLines(facts: readonly Fact[], writer: string): string {
  return facts.map((fact) => `{"w":"${writer}",${JSON.stringify(fact).slice(1)}\n`).join('');
}

/**
 * Facts in a piece of the file. Lines that are none, torn by a writer that died or written by a newer km, are passed over.
 *
 * @param except A writer whose lines are left out: that it has them already is for the caller to know.
 */
export function readLines(text: string, except?: string): readonly Fact[] {
  const own = except === undefined ? undefined : `{"w":"${except}",`;
  return text.split('\n').flatMap((line) => {
    if (line === '' || (own !== undefined && line.startsWith(own))) return [];
    const result = v.safeParse(Fact, parse(line));
    return result.success ? [result.output] : [];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
