import { expect, test } from 'vitest';
import { type Block, EventCutter, eventWith } from './event-cutter.ts';

const stream = [
  'id: 1\nretry: 500\ndata: \n\n',
  ': a comment\n\n',
  'event: endpoint\ndata: /messages?session=1\n\n',
  'id: 2\r\ndata: {"a":1,\r\ndata: "b":2}\r\n\r\n',
  'data:{"c":3}\n\n',
].join('');

function cut(text: string, size: number): Block[] {
  const cutter = new EventCutter(1_000);
  const bytes = Buffer.from(text);
  const blocks: Block[] = [];
  for (let start = 0; start < bytes.length; start += size)
    blocks.push(...cutter.push(bytes.subarray(start, start + size)));
  return blocks;
}

const said = (blocks: readonly Block[]) =>
  blocks.flatMap(({ events }) => events.map(({ type, data }) => [type, data && Buffer.from(data.head).toString()]));

test('however a stream is cut, its events and its bytes are the same', () => {
  for (let size = 1; size <= stream.length; size++) {
    const blocks = cut(stream, size);
    expect(said(blocks)).toEqual([
      ['message', undefined],
      ['message', undefined],
      ['endpoint', '/messages?session=1'],
      ['message', '{"a":1,\t"b":2}'],
      ['message', '{"c":3}'],
    ]);
    expect(Buffer.concat(blocks.map(({ raw }) => raw ?? Buffer.alloc(0))).toString()).toBe(stream);
  }
});

test('an event behind a bare CR is seen too', () => {
  const [block] = cut('data: {"a":1}\r\rdata: {"b":2}\n\n', 100);
  expect(said(block ? [block] : [])).toEqual([
    ['message', '{"a":1}'],
    ['message', '{"b":2}'],
  ]);
});

test('a block that is too long is not kept, and those after it are', () => {
  const blocks = cut(`data: "${'x'.repeat(2_000)}"\n\ndata: 1\n\n`, 50);
  expect(blocks.map(({ raw }) => raw?.toString())).toEqual([undefined, 'data: 1\n\n']);
});

test('an event with other data keeps its id', () => {
  const [block] = cut('id: 7\nevent: message\ndata: {"a":1}\n\n', 100);
  const [event] = block?.events ?? [];
  expect(event && eventWith(event, '{"b":2}').toString()).toBe('id: 7\nevent: message\ndata: {"b":2}\n\n');
});
