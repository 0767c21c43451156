import type { Detector, Found } from '../detector.ts';
import { dangersOfUrl } from '../net/url-dangers.ts';
import { pathText } from '../paths/path-text.ts';
import { sensitivePath } from '../paths/sensitive.ts';
import { wellKnownPath } from '../paths/well-known.ts';
import { dangersInTokens } from './commands/tokens.ts';
import { programsIn } from './payload/programs.ts';
import { queriesIn } from './payload/queries.ts';
import { readingsOf } from './payload/readings.ts';
import { scriptsIn } from './payload/scripts.ts';
import { commandsIn } from './payload/shell-words.ts';
import type { Signal } from './payload/signal.ts';

/** Values as they come to a web application: attacks of every kind that ends in a program reading them. */
export const payload: Detector = {
  name: 'payload',
  surfaces: ['http_payload'],
  detect({ text }) {
    const readings = readingsOf(text.slice(0, charsMax));
    const whole = (one: Signal) => place(one, 0, text.length);
    const signals = readings.flatMap((one) => [
      ...scriptsIn(one),
      ...programsIn(one),
      ...commandsIn(one),
      ...queriesIn(one),
    ]);
    const tokens = readings.flatMap((one) => dangersInTokens(one, true)).map(whole);
    const places = readings.flatMap((one) => [...pathsIn(one), ...probesIn(one), ...addressesIn(one)].map(whole));
    return [...together([...signals.map(whole), ...places]), ...tokens];
  },
};

/** Longer ones are looked at to here: a value that does something does it early, or is seen by other detectors. */
const charsMax = 20_000;

/** Each kind once; and the heaviest is the surer, the more other kinds stand beside it. */
function together(found: readonly Found[]): Found[] {
  const kinds = new Map<string, Found>();
  for (const one of [...found].sort((a, b) => b.weight - a.weight)) if (!kinds.has(one.rule)) kinds.set(one.rule, one);
  const [heaviest, ...others] = kinds.values();
  if (heaviest === undefined) return [];
  const doubt = others.reduce((product, { weight }) => product * (1 - weight * otherKinds), 1 - heaviest.weight);
  return [{ ...heaviest, weight: Math.min(0.97, 1 - doubt) }, ...others];
}

const otherKinds = 0.4;

const pathPieces = 200;

function pathsIn(text: string): Found[] {
  const pieces = [...text.matchAll(/[^\s"'<>=&;|()?]{3,1024}/g)].slice(0, pathPieces);
  return pieces.flatMap(({ 0: piece, index }) => {
    if (!/[./\\%]/.test(piece) || /^https?:/i.test(piece)) return [];
    const path = pathText(piece);
    const reached = sensitivePath(path);
    if (path.disguised || path.climbs > 1)
      return [
        place({ rule: 'payload.path', weight: 0.84, reason: 'Climbs out of its folder.' }, index, index + piece.length),
      ];
    return reached
      ? [
          place(
            { rule: 'payload.path', weight: Math.max(0.6, reached.weight), reason: `This is ${reached.what}.` },
            index,
            index + piece.length,
          ),
        ]
      : [];
  });
}

const aPath = /^\/?(?:[\w.@-]{1,60}\/){0,12}[\w.@-]{1,60}\/?$/;

/** A value that is a path as a whole, and asks for what no page links to. */
function probesIn(text: string): Found[] {
  if (!aPath.test(text) || !/[/.]/.test(text)) return [];
  const known = wellKnownPath(text, pathText(text));
  if (!known) return [];
  const hidden = /^\/?\.(?!well-known)/.test(text);
  return [
    place(
      {
        rule: 'payload.path',
        weight: hidden ? Math.max(0.45, known.weight) : known.weight,
        reason: `This is ${known.what}.`,
      },
      0,
      text.length,
    ),
  ];
}

const asNumber =
  /^[a-z]{2,12}:\/{0,3}(?:[^/?#\s]{0,60}@)?(?:0x[0-9a-f]{6,24}|\d{8,12}|\[[0-9a-f:.]{2,40}(?:%\w{1,12})?\])(?:[/:?#]|$)/i;
const cutOff = /^(?:https?|ftps?|file):\/\/[^\s?#]{3,300}\?{1,3}$/i;

/** An address that shall not be recognised; one whose end swallows what is put behind it. */
function oddAddresses(text: string): Found[] {
  const found: Found[] = [];
  const odd = { rule: 'payload.include', owasp: 'MCP05:2025' as const, start: 0, end: text.length };
  if (asNumber.test(text)) found.push({ ...odd, weight: 0.72, reason: 'An address written as a number.' });
  if (cutOff.test(text))
    found.push({ ...odd, weight: 0.5, reason: 'An address that takes what is put behind it for a question.' });
  if (/^[a-z]{2,12}:\/\/.*@/i.test(text)) {
    const hosts = [...text.matchAll(/@([^\s@/?#]{1,200})/g)].slice(0, 5).map(([, host = '']) => `http://${host}/`);
    found.push(...hosts.flatMap((host) => dangersOfUrl(host)).map((danger) => place(danger, 0, text.length)));
  }
  return found;
}

function addressesIn(text: string): Found[] {
  const addresses = [...text.matchAll(/\b[a-z][a-z0-9+._-]{1,12}:(?:\/{1,2}|(?=[\d[]))[^\s"'<>]{1,1024}/gi)].slice(
    0,
    20,
  );
  const within = addresses.flatMap(({ 0: address, index }) => {
    const [heaviest] = dangersOfUrl(address).sort((a, b) => b.weight - a.weight);
    if (heaviest && heaviest.weight >= 0.4) return [place(heaviest, index, index + address.length)];
    // A bare address in place of a name is how a program is fetched from who has no name.
    const bare = /^(?:https?|ftps?):\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]{0,4}:[0-9a-f:]{2,40})/i.test(address);
    return bare
      ? [
          place(
            { rule: 'payload.include', weight: 0.7, reason: 'Fetches something from a bare address.' },
            index,
            index + address.length,
          ),
        ]
      : [];
  });
  return [...within, ...oddAddresses(text.slice(0, 2_000))];
}

function place(danger: Pick<Found, 'rule' | 'weight' | 'reason'>, start: number, end: number): Found {
  return { ...danger, owasp: 'MCP05:2025', start, end };
}
