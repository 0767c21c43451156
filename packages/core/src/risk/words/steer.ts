import type { Found } from '../detector.ts';
import type { OwaspId } from '../finding.ts';
import type { Prepared } from '../text/prepare.ts';
import type { CueName, Sighting } from './cue.ts';
import type { Sighter } from './sighter.ts';

/** How cues weigh on one kind of text. */
export interface Scale {
  /** First part of the rules, such as `poison`. */
  readonly family: string;
  readonly owasp: OwaspId;
  readonly sight: Sighter;
  /** What each cue weighs alone. Those not named count in company only. */
  readonly alone: Readonly<Partial<Record<CueName, number>>>;
  readonly together: readonly Company[];
  /** How near to each other cues must stand to be of one mind, in characters. */
  readonly near: number;
}

/** Cues that together say more than each of them: every one of `all`, and one of `any`. */
export interface Company {
  readonly name: string;
  readonly all: readonly CueName[];
  readonly any?: readonly CueName[];
  readonly weight: number;
}

/** The most that soft cues reach by their number: enough to look twice, not to block. */
const softMax = 0.75;
const mentionShare = 0.2;
const findingsMax = 6;

/** Weighs the cues of a text: one finding for the cues that stand together and weigh most, and one for each other cue. */
export function steer(prepared: Prepared, scale: Scale): readonly Found[] {
  const sightings = scale.sight(prepared.plain);
  if (sightings.length === 0) return [];
  const heaviest = heaviestOf(sightings, scale);
  const singles = sightings.map((sighting) => single(sighting, scale)).filter(({ weight }) => weight >= 0.1);
  const together = heaviest !== undefined ? [heaviest] : [];
  const found = [...together, ...singles].sort((a, b) => b.weight - a.weight).slice(0, findingsMax);
  return found.map((one) => ({ ...one, start: prepared.offset(one.start), end: prepared.offset(one.end) }));
}

function single(sighting: Sighting, { family, owasp, alone }: Scale): Found {
  const { cue, start, end } = sighting;
  return {
    rule: `${family}.${ruleName(cue.name)}`,
    owasp,
    weight: round(aloneWeight(sighting, alone)),
    reason: `The text ${cue.says}${sighting.mention ? ', as something it speaks about' : ''}.`,
    start,
    end,
  };
}

const aloneWeight = ({ cue, mention }: Sighting, alone: Scale['alone']) =>
  (alone[cue.name] ?? 0) * (mention ? mentionShare : 1);

/** Goes over the text once: what stands within reach of each sighting is one group. */
function heaviestOf(sightings: readonly Sighting[], scale: Scale): Found | undefined {
  let best: Found | undefined;
  let to = 0;
  for (let from = 0; from < sightings.length; from++) {
    const first = sightings[from] as Sighting;
    while (to < sightings.length && (sightings[to] as Sighting).start - first.start <= scale.near) to++;
    const weighed = weigh(sightings.slice(from, to), scale);
    if (weighed !== undefined && weighed.weight > (best?.weight ?? 0)) best = weighed;
  }
  return best;
}

function weigh(group: readonly Sighting[], { family, owasp, alone, together }: Scale): Found | undefined {
  const cues = new Map<CueName, Sighting>();
  const softly = new Map<CueName, number>();
  for (const sighting of group) {
    const { name } = sighting.cue;
    softly.set(name, Math.max(softly.get(name) ?? 0, aloneWeight(sighting, alone)));
    if (!sighting.mention && !cues.has(name)) cues.set(name, sighting);
  }
  if (softly.size < 2) return undefined;
  const soft = Math.min(softMax, 1 - [...softly.values()].reduce((product, weight) => product * (1 - weight), 1));
  const company = heaviestCompany(cues, together);
  if (company !== undefined && company.weight > soft) {
    const says = membersOf(company, cues);
    return { rule: `${family}.${company.name}`, owasp, weight: company.weight, ...told(says) };
  }
  const chief = [...softly].sort((a, b) => b[1] - a[1]).slice(0, 3);
  const says = chief.map(([name]) => group.find(({ cue }) => cue.name === name) as Sighting);
  return { rule: `${family}.signals`, owasp, weight: round(soft), ...told(says) };
}

function heaviestCompany(cues: ReadonlyMap<CueName, Sighting>, together: readonly Company[]): Company | undefined {
  let best: Company | undefined;
  for (const company of together) {
    if (company.weight <= (best?.weight ?? 0)) continue;
    const isAnyThere = company.any === undefined || company.any.some((name) => cues.has(name));
    if (isAnyThere && company.all.every((name) => cues.has(name))) best = company;
  }
  return best;
}

function membersOf({ all, any = [] }: Company, cues: ReadonlyMap<CueName, Sighting>): readonly Sighting[] {
  const one = any.find((name) => cues.has(name));
  return [...all, ...(one === undefined ? [] : [one])].map((name) => cues.get(name) as Sighting);
}

function told(sightings: readonly Sighting[]): Pick<Found, 'reason' | 'start' | 'end'> {
  const says = [...new Set(sightings.map(({ cue }) => cue.says))];
  const list = says.length === 1 ? says[0] : `${says.slice(0, -1).join(', ')} and ${says.at(-1)}`;
  const start = Math.min(...sightings.map((sighting) => sighting.start));
  return { reason: `The text ${list}.`, start, end: Math.max(...sightings.map((sighting) => sighting.end)) };
}

const ruleName = (name: CueName) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const round = (weight: number) => Math.round(weight * 1_000) / 1_000;
