import { Exchanges } from '../src/message/exchange.ts';
import { type Direction, Message } from '../src/message/message.ts';
import type { Filter, Outcome, OwnMessage } from '../src/pipeline/filter.ts';
import { openLooker } from '../src/proxy/looker.ts';

/** Shows a conversation to something that watches, as the proxy does; its clock advances 10 ms with each message. */
export function lookAt({ filter, own }: { readonly filter: Filter; own(own: OwnMessage): void }) {
  let seq = 0;
  let steps = 0;
  const looker = openLooker({
    lineBytesMax: 1_000_000,
    nextSeq: () => ++seq,
    exchanges: new Exchanges(30_000),
    onOutcome: (outcome) => filter.watch?.(outcome, {} as never),
    onOwn: own,
    onStderr: () => {},
  });
  const times = () => ({ time: began + ++steps * 10, at: steps * 10 });
  const say = (dir: Direction, content: unknown, more: Partial<Outcome> = {}) => {
    const { time, at } = times();
    const head = Buffer.from(JSON.stringify(content));
    const message = new Message(dir, { head, bytes: head.length }, time, at);
    const settled = { message, outcome: 'forwarded', decisions: [], risk: undefined, replacement: undefined } as const;
    looker.look({ settled: { ...settled, ...more } });
  };
  return {
    /** Milliseconds since the epoch at which the clock began. */
    began,
    client: (content: unknown, more?: Partial<Outcome>) => say('c2s', content, more),
    server: (content: unknown, more?: Partial<Outcome>) => say('s2c', content, more),
    /** Km answers the client itself. */
    answers: (content: unknown) =>
      looker.look({ own: { dir: 's2c', bytes: Buffer.from(JSON.stringify(content)), origin: undefined, ...times() } }),
  };
}

const began = Date.UTC(2026, 0, 1);

/** What a filter makes of a request that it stops. */
export const stopped: Partial<Outcome> = {
  outcome: 'answered',
  decisions: [{ by: 'risk', verdict: 'block', reason: 'no' }],
};

export const call = (id: number | string, name = 'echo', more: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {}, ...more },
});
