import { expect, it } from 'vitest';

import { Subscriber } from '../../../src/realtime/subscription/subscriber.js';

const told = { broker: 'kis', of: 'trade', symbol: '005930', venue: 'KRX' } as const;
const feed = 'trade:KRX:005930';

const subscriber = () =>
  new Subscriber({
    name: 's',
    feeds: [{ broker: 'kis', feed: { kind: 'trade', symbol: '005930', venue: 'KRX' } }],
    priority: 'realtime',
    raw: false,
    buffer: 10,
    handler: undefined,
    leave: () => Promise.resolve(),
  });

it.each([
  ['HUB_NO_SLOT', 'every key is full', 'HUB_NO_SLOT', /every key is full/],
  ['OPSP8992', '잘못된 tr_key', 'HUB_FEED_INVALID', /OPSP8992 잘못된 tr_key/],
])('a feed that is refused with %s is not ready, and says why', async (code, message, expected, words) => {
  const refused = subscriber();
  refused.put(feed, told, { kind: 'status', ...told, state: 'refused', atMs: 1, code, message });
  await expect(refused.ready).rejects.toMatchObject({
    code: expected,
    message: expect.stringMatching(words) as string,
  });
});

it('a handler that throws ends the subscription, and gives its feeds back', async () => {
  const left: string[] = [];
  const failing = new Subscriber({
    ...subscriber().parts,
    handler: () => {
      throw new Error('mine');
    },
    leave: (each) => {
      left.push(each.parts.name);
      return Promise.resolve();
    },
  });
  failing.put(feed, told, { kind: 'status', ...told, state: 'live', atMs: 1 });
  await expect(failing.ended).rejects.toThrow('mine');
  expect(left).toEqual(['s']);
});
