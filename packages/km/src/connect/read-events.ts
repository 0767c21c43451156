import type { IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** What is done with each event; a promise holds the stream until it has ended. */
export interface EventTaker {
  readonly onEvent: (event: EventSourceMessage) => Promise<void> | undefined;
  /** How long the server wants a client to wait before it connects again, in milliseconds. */
  readonly onRetry: (ms: number) => void;
}

/** Reads a stream of events to its end, or to where it broke off: for MCP the two are the same. */
export async function readEvents(answer: IncomingMessage, { onEvent, onRetry }: EventTaker): Promise<void> {
  const waiting: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => waiting.push(event), onRetry });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      for (const event of waiting.splice(0)) await onEvent(event);
    }
  } catch {
    // Broken off. What was complete has been taken; whoever waits for more asks again or is told.
  }
}

export function isEventStream({ headers }: IncomingMessage): boolean {
  return /^text\/event-stream\b/i.test(headers['content-type'] ?? '');
}
