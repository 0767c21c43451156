import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Rpc } from '../message/message.ts';
import { endToEndHeaders } from './end-to-end-headers.ts';
import { type Block, type CutEvent, EventCutter, eventWith } from './event-cutter.ts';
import { MessageCollector } from './message-collector.ts';
import { header, messageOf, type Passage, writeTo } from './passage.ts';

export interface ResponseParts extends Passage {
  readonly response: IncomingMessage;
  readonly res: ServerResponse;
  /** Longest message that is kept on record whole (`log.max_message`). */
  readonly keptBytesMax: number;
  /** Longest message that is held for judges (`hold.max_bytes`). */
  readonly holdBytesMax: number;
  /** Sends the server what km answers in the client's stead. */
  readonly answerServer: (rpc: Rpc) => void;
}

/** A response that judges may not be passed by, and that cannot be judged. */
export class Unjudgeable extends Error {}

/**
 * Hands the server's response on: as it comes where nobody judges, and message by message where somebody does.
 *
 * @throws Unjudgeable before anything has been sent
 */
export async function relayResponse(parts: ResponseParts): Promise<void> {
  const { response, conversation } = parts;
  const type = header(response, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  const coded = (header(response, 'content-encoding') ?? 'identity') !== 'identity';
  const messages = type === 'application/json' || type === 'text/event-stream';
  if (!messages || (coded && !conversation.judge)) return relayBytes(parts, () => {});
  // km asked for no coding, so a server that uses one hides what it says.
  if (coded) throw new Unjudgeable('The server compressed its answer though it was asked not to.');
  if (type === 'text/event-stream') return conversation.judge ? judgeEvents(parts) : watchEvents(parts);
  return conversation.judge ? judgeJson(parts) : watchJson(parts);
}

/** Status and headers, those left out that the body decides. */
function begin({ response, res }: ResponseParts, without: readonly string[] = [], more: readonly string[] = []): void {
  const headers = [...endToEndHeaders(response.rawHeaders, without), ...more];
  res.writeHead(response.statusCode ?? 502, response.statusMessage ?? '', headers as never); // Types know no flat lists.
  res.flushHeaders();
}

async function relayBytes(parts: ResponseParts, look: (chunk: Uint8Array) => void): Promise<void> {
  const { response, res } = parts;
  begin(parts);
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    const delivered = await writeTo(res, chunk);
    look(chunk);
    await parts.conversation.pressure();
    if (!delivered) break;
  }
  res.end();
}

async function watchJson(parts: ResponseParts): Promise<void> {
  const body = new MessageCollector(parts.keptBytesMax);
  try {
    await relayBytes(parts, (chunk) => body.push(chunk));
  } finally {
    const line = body.end();
    if (line) parts.conversation.seen(messageOf(parts, 's2c', line), !parts.res.destroyed);
  }
}

function watchEvents(parts: ResponseParts): Promise<void> {
  const cutter = new EventCutter(parts.keptBytesMax);
  return relayBytes(parts, (chunk) => {
    for (const { events } of cutter.push(chunk)) {
      for (const { type, data } of events) {
        if (isMessage(type, data)) parts.conversation.seen(messageOf(parts, 's2c', data), true);
      }
    }
  });
}

async function judgeJson(parts: ResponseParts): Promise<void> {
  const { response, res, holdBytesMax, conversation } = parts;
  const chunks: Uint8Array[] = [];
  const collector = new MessageCollector(holdBytesMax);
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > holdBytesMax)
      throw new Unjudgeable(`The answer is longer than ${holdBytesMax} bytes (hold.max_bytes).`);
    chunks.push(chunk);
    collector.push(chunk);
  }
  const line = collector.end();
  const judged = line && (await conversation.judge?.(messageOf(parts, 's2c', line)));
  for (const rpc of judged?.answers ?? []) parts.answerServer(rpc);
  if (judged === undefined || judged.forward === 'as-is') {
    begin(parts);
    res.end(Buffer.concat(chunks));
  } else {
    const body = Buffer.from(judged.forward === undefined ? '' : JSON.stringify(judged.forward));
    begin(parts, ['content-length'], ['Content-Length', String(body.length)]);
    res.end(body);
  }
}

async function judgeEvents(parts: ResponseParts): Promise<void> {
  const { response, res, holdBytesMax } = parts;
  const cutter = new EventCutter(holdBytesMax);
  begin(parts, ['content-length']);
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    for (const block of cutter.push(chunk)) {
      const bytes = await judgeBlock(parts, block);
      if (bytes === undefined) return void res.destroy(); // Too long to be held: the stream ends before it.
      if (!(await writeTo(res, bytes))) return;
    }
    await parts.conversation.pressure();
  }
  res.end();
}

/** What goes on of a block. */
async function judgeBlock(parts: ResponseParts, { raw, events }: Block): Promise<Uint8Array | undefined> {
  if (raw === undefined) return undefined;
  const judged: (Uint8Array | 'as-is')[] = [];
  for (const event of events) judged.push(await judgeEvent(parts, event));
  if (judged.every((one) => one === 'as-is')) return raw;
  const [only] = events;
  const rest = judged.map((one, index) => (one === 'as-is' ? unchanged(events[index] ?? only) : one));
  return Buffer.concat(rest);
}

function unchanged(event: CutEvent | undefined): Uint8Array {
  if (event === undefined) return Buffer.alloc(0);
  return event.data === undefined
    ? Buffer.from([...event.head, '', ''].join('\n'))
    : eventWith(event, Buffer.from(event.data.head).toString());
}

async function judgeEvent(parts: ResponseParts, event: CutEvent): Promise<Uint8Array | 'as-is'> {
  const { type, data } = event;
  if (!isMessage(type, data)) return 'as-is';
  const judged = await parts.conversation.judge?.(messageOf(parts, 's2c', data));
  for (const rpc of judged?.answers ?? []) parts.answerServer(rpc);
  if (judged === undefined || judged.forward === 'as-is') return 'as-is';
  // An event without data is none, but its id still tells a client where to go on.
  if (judged.forward === undefined) return Buffer.from([...event.head, '', ''].join('\n'));
  return eventWith(event, JSON.stringify(judged.forward));
}

function isMessage<Data extends { readonly bytes: number }>(type: string, data: Data | undefined): data is Data {
  return type === 'message' && data !== undefined && data.bytes > 0;
}
