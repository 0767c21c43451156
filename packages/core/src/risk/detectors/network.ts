import type { Detector, Found } from '../detector.ts';
import { dangersOfUrl } from '../net/url-dangers.ts';
import type { Passage } from '../passage.ts';
import { isProseArgument, kindOfArgument } from './kind-of-argument.ts';

const addressChars = 2_048;

/** Addresses that lead inwards, to a cloud's keys, or to schemes that are no web; in any notation. */
export const network: Detector = {
  name: 'network',
  surfaces: ['url', 'tool_args', 'shell'],
  detect({ text }, passage) {
    const kind = kindOfArgument(passage);
    if (kind === 'url') return isBareHost(passage) ? foundAt(text, 0).map(asSetting) : foundAt(text, 0);
    if (kind === 'shell') return addressesIn(text).filter(({ weight }) => weight >= 0.8);
    if (isProseArgument(passage) || text.length > addressChars) return [];
    if (kind === 'value')
      return /^[\w[\]:.@%-]*[.:][\w[\]:.@%-]*$/.test(text) && !amount.test(text)
        ? foundAt(text, 0).filter(({ weight }) => weight >= 0.8)
        : [];
    return addressesIn(text).filter(({ weight }) => weight >= 0.7);
  },
};

/** The host of a database is named in many calls that are about that database, and most are in one's own network. */
function isBareHost({ surface, text }: Passage): boolean {
  return surface === 'tool_args' && !text.includes('/');
}

function asSetting(found: Found): Found {
  return found.weight < 0.5 ? { ...found, weight: Math.min(found.weight, 0.34) } : found;
}

/** A time, a price, a version: `19:30` and `10.5` would be addresses too, to a program that is asked to connect there. */
const amount = /^[\d.:-]*$(?<!\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?$)/;

/** Addresses within a longer text. */
function addressesIn(text: string): Found[] {
  return [
    ...text.matchAll(
      /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s'"`<>|;()]{1,2048}|(?<![\d.])169\.254\.\d{1,3}\.\d{1,3}[^\s'"`<>|;()]{0,200}/gi,
    ),
  ]
    .slice(0, 50)
    .flatMap(({ 0: address, index }) => foundAt(address, index));
}

function foundAt(text: string, start: number): Found[] {
  return dangersOfUrl(text).map((danger) => ({ ...danger, owasp: 'MCP05:2025', start, end: start + text.length }));
}
