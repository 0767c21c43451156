import { expect, test, vi } from 'vitest';
import { Exchanges } from '../message/exchange.ts';
import { openLooker } from './looker.ts';
import { Observer } from './observer.ts';

test('chunks wait as they are while the log has no room, and none is lost or out of order', async () => {
  let room = () => {};
  let full: Promise<void> | undefined;
  const seen: string[] = [];
  const observer = new Observer();
  observer.attach(
    openLooker({
      lineBytesMax: 1_000,
      nextSeq: observer.nextSeq,
      exchanges: new Exchanges(1_000),
      onOutcome: ({ message }) => seen.push(Buffer.from(message.raw).toString()),
      onStderr: () => {},
      pressure: () => full,
    }),
  );
  full = new Promise((resolve) => {
    room = resolve;
  });
  for (const text of ['a\n', 'b\n']) observer.bytes('c2s', Buffer.from(text));
  observer.bytes('s2c', Buffer.alloc(200_000, 'x')); // So much is looked at at once where there is room.
  expect(seen).toEqual([]);
  full = undefined;
  observer.bytes('c2s', Buffer.from('c\n'));
  room();
  await vi.waitFor(() => expect(seen).toEqual(['a', 'b', 'c']), { interval: 1 });
});

test('sources are asked to pause while looking has fallen behind, and go on when it has caught up', async () => {
  let seen = 0;
  const observer = new Observer();
  const chunk = Buffer.from('{"method":"x"}\n'.repeat(4_000));
  for (let i = 0; i < 40; i++) observer.bytes('c2s', chunk);
  const onOutcome = () => {
    seen++;
  };
  observer.attach(
    openLooker({
      lineBytesMax: 1_000,
      nextSeq: observer.nextSeq,
      exchanges: new Exchanges(1_000),
      onOutcome,
      onStderr: () => {},
    }),
  );
  const behind = observer.pressure();
  expect(behind).toBeInstanceOf(Promise);
  await behind;
  expect(observer.pressure()).toBeUndefined();
  await observer.finish();
  expect(seen).toBe(160_000);
});
