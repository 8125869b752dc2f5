import { randomBytes } from 'node:crypto';

import { beforeEach, describe, expect, it } from 'vitest';

import { coalescing, type RoundMessage, type RoundStore } from '../../../src/coalesce/contract.js';
import type { World } from '../../support/world.js';

/** What every store of rounds must do. `open` makes one on the world's clock. */
export const roundStoreSuite = (name: string, open: (world: World) => RoundStore, newWorld: () => World): void => {
  describe(`round store (${name})`, () => {
    let world: World;
    let store: RoundStore;
    let question: string;
    /** Two processes: what their inboxes heard. */
    let heard: Record<'a' | 'b', RoundMessage[]>;
    let inbox: Record<'a' | 'b', string>;
    beforeEach(async () => {
      world = newWorld();
      store = open(world);
      question = randomBytes(16).toString('hex');
      heard = { a: [], b: [] };
      inbox = { a: randomBytes(4).toString('hex'), b: randomBytes(4).toString('hex') };
      await store.listen(inbox.a, (message) => heard.a.push(message));
      await store.listen(inbox.b, (message) => heard.b.push(message));
    });
    const a = (): string => `${inbox.a}/1`;
    const b = (): string => `${inbox.b}/1`;
    const follows = (forMs: unknown = expect.any(Number)) => ({ kind: 'follow', round: a(), forMs });

    it('seats the first as leader and everybody else behind it', async () => {
      expect(await store.join(question, a(), 'backfill')).toEqual({ kind: 'lead' });
      expect(await store.join(question, b(), 'backfill')).toEqual(follows());
      expect(await store.join(`${question}0`, b(), 'backfill')).toEqual({ kind: 'lead' });
    });

    it('tells the leader of a more urgent follower, and of no other', async () => {
      await store.join(question, a(), 'interactive');
      await store.join(question, b(), 'backfill');
      await store.join(question, b(), 'realtime');
      await store.join(question, b(), 'realtime');
      await expect.poll(() => heard.a).toEqual([{ kind: 'raise', round: a(), priority: 'realtime' }]);
      expect(heard.b).toEqual([]);
    });

    it('lets nobody join once it is closed, and counts who had', async () => {
      await store.join(question, a(), 'interactive');
      await store.join(question, b(), 'interactive');
      expect(await store.close(question, a())).toBe(1);
      expect(await store.close(question, a())).toBeUndefined();
      expect(await store.look(question, a())).toEqual({ kind: 'running', forMs: expect.any(Number) });
      expect(await store.join(question, b(), 'interactive')).toEqual({ kind: 'lead' });
      // The next round takes no harm from the end of this one.
      await store.settle(question, a(), { kind: 'failed' });
      expect(await store.join(question, a(), 'interactive')).toMatchObject({ kind: 'follow', round: b() });
    });

    it('forgets a round that closes without followers', async () => {
      await store.join(question, a(), 'interactive');
      expect(await store.close(question, a())).toBe(0);
      expect(await store.look(question, a())).toEqual({ kind: 'gone' });
      expect(await store.renew(question, a())).toBe(false);
    });

    it('passes the outcome on to every follower', async () => {
      await store.join(question, a(), 'interactive');
      await store.join(question, b(), 'interactive');
      await store.close(question, a());
      await store.settle(question, a(), { kind: 'told', text: '{"가":1}' });
      await expect.poll(() => heard.b).toEqual([{ kind: 'over', round: a() }]);
      const over = { kind: 'over', outcome: { kind: 'told', text: '{"가":1}' } };
      expect(await store.look(question, a())).toEqual(over);
      expect(await store.look(question, a())).toEqual(over);
    });

    it('ends an open round too, so that another leader may follow', async () => {
      await store.join(question, a(), 'interactive');
      await store.join(question, b(), 'interactive');
      await store.settle(question, a(), { kind: 'failed' });
      await expect.poll(() => heard.b).toHaveLength(1);
      expect(await store.look(question, a())).toEqual({ kind: 'over', outcome: { kind: 'failed' } });
      expect(await store.join(question, b(), 'interactive')).toEqual({ kind: 'lead' });
      await store.settle(question, 'unknown/1', { kind: 'failed' });
    });

    it('keeps a leader that is heard, and no other', async () => {
      await store.join(question, a(), 'interactive');
      await world.pass(coalescing.leaseMs - 500);
      expect(await store.renew(question, a())).toBe(true);
      await world.pass(1_000);
      expect(await store.join(question, b(), 'interactive')).toEqual(follows());
      await world.pass(coalescing.leaseMs);
      expect(await store.renew(question, a())).toBe(false);
      expect(await store.close(question, a())).toBeUndefined();
      expect(await store.join(question, b(), 'interactive')).toEqual({ kind: 'lead' });
    });
  });
};
