import type { Engine } from '@kilometers/core/risk/assess.ts';
import { combine } from '@kilometers/core/risk/combine.ts';
import type { Assessment, Finding } from '@kilometers/core/risk/finding.ts';
import { entriesOf, type Listing, type ListKind, listKinds } from './list-server.ts';

/** Something of a server that has findings. */
export interface Item {
  readonly kind: 'launch' | 'server' | 'tool' | 'prompt' | 'resource';
  readonly name: string;
  readonly assessment: Assessment;
}

const kindOfList = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resourceTemplates: 'resource',
} as const satisfies Record<ListKind, Item['kind']>;

/** Judges all that a server said: an item for each thing in which something was found, and what is missing from them. */
export function judgeListing(
  engine: Engine,
  { subjects }: Pick<Listing, 'subjects'>,
): { readonly items: readonly Item[]; readonly faults: readonly string[] } {
  const judged = subjects.map((subject) => ({ subject, assessment: engine.assess(subject) }));
  return {
    items: judged.flatMap(({ subject, assessment }) => itemsOf(subject.rpc.result, assessment.findings)),
    faults: judged.flatMap(({ subject, assessment }) => faultsOf(subject.asked?.method ?? '', assessment)),
  };
}

function faultsOf(method: string, { more = 0, unjudged = [] }: Assessment): string[] {
  return [
    ...(more > 0 ? [`${method} has ${more} lighter findings that are not shown.`] : []),
    ...(unjudged.length > 0 ? [`${method} could not be judged by ${unjudged.join(', ')}.`] : []),
  ];
}

/** Findings of one page, by the entry they stand in; their pointers then start at that entry. */
function itemsOf(page: unknown, findings: readonly Finding[]): Item[] {
  const groups = new Map<string, { place: Place; findings: Finding[] }>();
  for (const finding of findings) {
    const place = placeOf(page, finding.at.pointer);
    const group = groups.get(place.key) ?? { place, findings: [] };
    group.findings.push({ ...finding, at: { ...finding.at, pointer: place.inside } });
    groups.set(place.key, group);
  }
  const sorted = [...groups.values()].sort((a, b) => a.place.order - b.place.order);
  const items = sorted.map(({ place: { kind, name }, findings: of }) => ({ kind, name, assessment: combine(of) }));
  return items.filter(({ assessment }) => assessment.level !== 'none');
}

interface Place {
  readonly key: string;
  readonly order: number;
  readonly kind: Item['kind'];
  readonly name: string;
  readonly inside: string;
}

function placeOf(page: unknown, pointer: string): Place {
  const [, list, index, inside] = /^\/result\/(\w+)\/(\d+)(\/.*)?$/s.exec(pointer) ?? [];
  const kind = listKinds.find((one) => one === list);
  if (kind === undefined) return { key: '', order: -1, kind: 'server', name: 'itself', inside: pointer };
  const order = Number(index);
  const entry = entriesOf(page, kind)[order];
  return { key: `${kind} ${order}`, order, kind: kindOfList[kind], name: nameOf(entry, order), inside: inside ?? '' };
}

function nameOf(entry: unknown, order: number): string {
  const { name, uri } = (entry ?? {}) as { name?: unknown; uri?: unknown }; // Whatever it is, a name is only text here.
  const found = [name, uri].find((one) => typeof one === 'string' && one !== '');
  return found === undefined ? `#${order}` : String(found);
}
