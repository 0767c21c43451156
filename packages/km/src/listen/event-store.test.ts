import { expect, test } from 'vitest';
import { EventStore } from './event-store.ts';

const data = (text: string) => Buffer.from(text);
const missed = (store: EventStore, id: string) =>
  store.after(id)?.events.map((event) => String(Buffer.from(event.data)));

test('a client gets what came after an event on the same stream, and nothing of others', () => {
  const store = new EventStore();
  const mark = store.mark('1');
  const first = store.add('1', data('a'));
  store.add('2', data('other'));
  store.add('1', data('b'));
  expect(missed(store, mark)).toEqual(['a', 'b']);
  expect(missed(store, first)).toEqual(['b']);
  expect(store.after(store.mark('1'))?.events).toEqual([]);
});

test('ids that were never given are known as such', () => {
  const store = new EventStore();
  store.add('1', data('a'));
  expect(['', '1', '1-2', '1--1', '1-1x', '../1-1'].filter((id) => store.after(id))).toEqual([]);
});

test('what is not kept any more is said to be lost, not passed over', () => {
  const store = new EventStore();
  const begin = store.mark('1');
  const first = store.add('1', data('a'));
  for (let n = 0; n < 1_000; n++) store.add('2', data('x'));
  expect(store.after(begin)).toBeUndefined();
  expect(missed(store, first)).toEqual([]);
});

test('an event larger than all that may be kept is not kept, and said to be lost', () => {
  const store = new EventStore();
  const begin = store.mark('1');
  store.add('1', new Uint8Array(2_000_000));
  expect(store.after(begin)).toBeUndefined();
});

test('an event is kept as it was, whatever becomes of the chunk it came in', () => {
  const store = new EventStore();
  const begin = store.mark('1');
  const chunk = data('a');
  store.add('1', chunk);
  chunk.fill('z');
  expect(missed(store, begin)).toEqual(['a']);
});
