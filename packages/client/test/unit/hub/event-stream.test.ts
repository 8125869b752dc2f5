import { expect, it } from 'vitest';

import { EventStream } from '../../../src/hub/event-stream.js';

const open = (capacity = 3) => {
  const state = { ends: 0 };
  const stream = new EventStream<string>({
    capacity,
    gap: (count) => `${String(count)} lost`,
    onEnd: () => {
      state.ends += 1;
    },
  });
  return { stream, state };
};

const rest = async (stream: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = [];
  for await (const event of stream) all.push(event);
  return all;
};

it('hands events on in their order, to a reader that waits and to one that comes later', async () => {
  const { stream } = open();
  const first = stream.next();
  stream.push('a');
  stream.push('b');
  stream.push('c');
  stream.end();
  expect(await first).toEqual({ done: false, value: 'a' });
  expect(await rest(stream)).toEqual(['b', 'c']);
});

it('drops the oldest when the reader is slow, and says how many', async () => {
  const { stream } = open();
  for (const event of 'abcde') stream.push(event);
  expect(await stream.next()).toEqual({ done: false, value: '2 lost' });
  stream.push('f');
  stream.push('g');
  stream.end();
  expect(await rest(stream)).toEqual(['2 lost', 'e', 'f', 'g']);
});

it('ends for every reader, once, and takes nothing more', async () => {
  const { stream, state } = open();
  const readers = [stream.next(), stream.next()];
  stream.end();
  stream.end();
  stream.push('late');
  expect(await Promise.all(readers)).toEqual(readers.map(() => ({ done: true, value: undefined })));
  expect([await rest(stream), state.ends]).toEqual([[], 1]);
});

it('ends when its reader leaves the loop', async () => {
  const { stream, state } = open();
  stream.push('a');
  stream.push('b');
  for await (const event of stream) if (event === 'a') break;
  expect(state.ends).toBe(1);
  expect(await rest(stream)).toEqual([]);
});

it.each(['waits', 'comes later'])('tells a reader that %s what it failed with, once', async (when) => {
  const { stream } = open();
  const waiting = when === 'waits' ? stream.next() : undefined;
  waiting?.catch(() => undefined);
  stream.end({ error: new Error('away') });
  await expect(waiting ?? stream.next()).rejects.toThrow('away');
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});
