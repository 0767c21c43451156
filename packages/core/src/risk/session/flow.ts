import type { Finding } from '../finding.ts';
import type { Subject } from '../surfaces.ts';
import { decodedForms } from './encodings.ts';
import type { Origin } from './marks.ts';
import { isBodyKey, isForeign, isTargetKey, reachOf, sinkOf } from './outside.ts';
import { isSecretCall, valuesFound } from './secret-sources.ts';
import { callIn, type Sense, type SenseParts, shown, sighted } from './sense.ts';
import { type Budget, type StringIn, stringsIn } from './strings-in.ts';
import { runsIn, secretsIn, targetsIn } from './values-in.ts';

/** Of one message; what is more is not looked at. A hash costs some three microseconds. */
const budget: Budget = { strings: 2_000, chars: 262_144 };
const marksMax = 256;
const lookedUpMax = 4_096;
/** Of one session. */
const openCallsMax = 1_000;
const ownValuesMax = 5_000;
const marksRememberedMax = 2_000;

/**
 * Follows values from where they are secret, or written by strangers, to where they would leave this machine.
 *
 * Values are remembered as keyed hashes for a day, and by all servers' sessions: what one server read and another one sends
 * is found. What the client said first is its own, and no stranger's. Encodings are undone before looking; a value that is
 * split or rewritten gets through. Texts are only taken apart where a source or a sink is at hand: else a message costs a
 * look at the tool's name.
 */
export function flow(parts: SenseParts): Sense {
  const { memory, keep, now, server } = parts;
  const mark = remembering(parts.mark);
  const openCalls = new Map<string | number, { readonly isSecret: boolean; readonly isForeign: boolean }>();
  const own = new Set<string>();

  let lookedUp = 0;
  const find = (values: Iterable<string>, of: Origin['of']): Origin | undefined => {
    for (const value of values) {
      if (lookedUp++ >= lookedUpMax) return undefined;
      const origin = memory.marks.find(mark(value), now());
      if (origin?.of === of) return origin;
    }
    return undefined;
  };
  const remember = (of: Origin['of'], values: readonly string[], tool: string): void => {
    const all = values.slice(0, marksMax).map(mark);
    const marks = of === 'secret' ? all : all.filter((one) => !own.has(one));
    if (marks.length > 0) keep({ kind: 'marks', of, server, tool, marks, at: now() });
  };
  const learnCall = ({ rpc }: Subject, found: readonly Finding[]): void => {
    const { tool, args } = targetOf(rpc) ?? {};
    if (tool === undefined) return;
    const strings = stringsIn(args, '', budget);
    for (const value of strings.flatMap(({ text }) => [...targetsIn(text)]).slice(0, marksMax)) {
      const one = mark(value);
      if (memory.marks.find(one, now()) === undefined) own.add(one);
    }
    bound(own, ownValuesMax);
    if (rpc.id === undefined || rpc.id === null) return;
    const reach = reachOf(memory, server, tool);
    openCalls.set(rpc.id, { isSecret: isSecretCall(tool, strings, found), isForeign: isForeign(reach, strings) });
    bound(openCalls, openCallsMax);
  };
  /** What was known of the call that is answered; of a call that was not seen, what its name says. */
  const closeCall = ({ rpc, asked }: Subject): { isSecret: boolean; isForeign: boolean } => {
    const id = rpc.id ?? '';
    const call = openCalls.get(id);
    openCalls.delete(id);
    return call ?? { isSecret: false, isForeign: isForeign(reachOf(memory, server, asked?.target ?? ''), []) };
  };
  const learnAnswer = (subject: Subject, found: readonly Finding[]): void => {
    const { rpc, asked } = subject;
    if (rpc.result === undefined || (asked !== undefined && !answering.has(asked.method))) return;
    const call = closeCall(subject);
    const secrets = valuesFound(rpc, found);
    if (!call.isSecret && !call.isForeign && secrets.length === 0) return;
    const texts = stringsIn(rpc.result, '/result', budget).map(({ text }) => text);
    const tool = asked?.target ?? '';
    const read = call.isSecret ? texts.flatMap(secretsIn) : [];
    remember('secret', [...new Set([...secrets, ...read])], tool);
    if (call.isForeign) remember('untrusted', [...new Set(texts.flatMap((text) => [...targetsIn(text)]))], tool);
  };
  return {
    look({ dir, rpc }) {
      const call = dir === 'c2s' ? targetOf(rpc) : undefined;
      if (call === undefined || memory.marks.size === 0) return [];
      const strings = stringsIn(call.args, call.pointer, budget);
      const sink = sinkOf(reachOf(memory, server, call.tool), strings);
      if (sink === undefined) return [];
      lookedUp = 0;
      return strings.flatMap((string) => {
        const secret = find(candidatesIn(string.text), 'secret');
        if (secret) return [secretFinding(string, secret, call.tool, parts)];
        const untrusted = find(targetsIn(string.text), 'untrusted');
        return untrusted ? [untrustedFinding(string, untrusted, sink, parts)] : [];
      });
    },
    learn(subject, found, forwarded) {
      if (!forwarded) return;
      if (subject.dir === 'c2s') learnCall(subject, found);
      else learnAnswer(subject, found);
    },
  };
}

/** The same few addresses come in every message, and each is asked for twice. */
function remembering(mark: (value: string) => string): (value: string) => string {
  const marks = new Map<string, string>();
  return (value) => {
    const known = marks.get(value);
    if (known !== undefined) return known;
    const made = mark(value);
    if (value.length <= 256) marks.set(value, made);
    bound(marks, marksRememberedMax);
    return made;
  };
}

/** All that a text may hold of a secret: as it is, backwards, and in what it may be an encoding of. */
function candidatesIn(text: string): ReadonlySet<string> {
  const values = new Set([text, ...decodedForms(text)].flatMap((form) => [...runsIn(form)]));
  for (const value of [...values]) if (/\d/.test(value)) values.add(value.split('').reverse().join(''));
  return values;
}

const answering = new Set(['tools/call', 'resources/read']);

/** What is called or read, and what is said with it. */
function targetOf(rpc: Subject['rpc']): { tool: string; args: unknown; pointer: string } | undefined {
  const call = callIn({ dir: 'c2s', rpc });
  if (call) return { ...call, pointer: '/params/arguments' };
  const { uri } = (rpc.params ?? {}) as { uri?: unknown };
  if (rpc.method !== 'resources/read' || typeof uri !== 'string') return undefined;
  return { tool: 'resource', args: uri, pointer: '/params/uri' };
}

function secretFinding(string: StringIn, origin: Origin, tool: string, parts: SenseParts): Finding {
  const reason = `A value that came from a secret source (${sourceOf(origin, parts)}) would leave this machine through ${shown(tool)}.`;
  return sighted(string.pointer, {
    ...{ rule: 'flow.secret-to-sink', owasp: 'MCP01:2025', weight: 0.9, reason },
    evidence: `${shown(string.key)}: a secret`,
  });
}

function untrustedFinding(string: StringIn, origin: Origin, sink: 'sends' | 'asks', parts: SenseParts): Finding {
  const reason = `This address or account was first named by ${sourceOf(origin, parts)}, which others can write to, and not by the client.`;
  return sighted(string.pointer, {
    ...{ rule: 'flow.untrusted-to-sink', owasp: 'MCP06:2025', reason, evidence: shown(string.key) },
    weight: weightOf(string, sink, origin.server !== parts.server),
  });
}

/** A link that is followed or quoted is ordinary; an address to send to that a stranger named is worth a look. */
function weightOf({ key }: StringIn, sink: 'sends' | 'asks', fromElsewhere: boolean): number {
  if (sink === 'asks' || isBodyKey(key)) return fromElsewhere ? 0.2 : 0.15;
  if (isTargetKey(key)) return fromElsewhere ? 0.6 : 0.5;
  return fromElsewhere ? 0.4 : 0.3;
}

function sourceOf({ tool, server }: Origin, { memory }: SenseParts): string {
  return `${shown(tool) || 'a resource'} of ${shown(memory.server(server)?.name ?? 'another server')}`;
}

function bound(collection: Set<unknown> | Map<unknown, unknown>, max: number): void {
  for (const oldest of collection.keys()) {
    if (collection.size <= max) return;
    collection.delete(oldest);
  }
}
