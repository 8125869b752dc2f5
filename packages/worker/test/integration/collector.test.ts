import { describe, expect, it } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';
import { startCollector, type CollectorEvent, type CollectorOptions } from '../../src/process/collector.js';
import {
  feeds,
  Onlooker,
  openLiveStage,
  symbols,
  ticksOf,
  unexcused,
  gapsOf,
  type LiveStage,
} from '../support/live.js';

const collect = ({ hub, sink }: LiveStage, more: Partial<CollectorOptions> = {}) =>
  startCollector({ hub, sink, feeds, batchEvents: 50, batchMs: 100, ...more });

/** A busy machine is no failure; only the tests of `close` are about its limit. */
const patienceMs = 40_000;

const serve = ({ stage }: LiveStage) => stage.start({ store: { store: stage.store, id: stage.storeId } });

/** Of trades, books and gaps. */
const rowsIn = async ({ stage: { store } }: LiveStage): Promise<number> => {
  const { ticks, books, gaps } = await store.summary();
  return ticks + books + gaps;
};

describe('a writer that is slower than the feed', () => {
  it('holds the collector up and nobody else; nothing is lost when it comes back', async () => {
    await using live = await openLiveStage();
    const most = 100;
    const collector = await collect(live, { most });
    let largest = 0;
    const onlooker = new Onlooker(() => {
      largest = Math.max(largest, collector.progress.received - collector.progress.written);
    });
    await using watching = await live.hub.realtime.subscribe(feeds, onlooker.hear);
    await watching.ready;
    await onlooker.more(3 * most);
    expect(collector.progress).toMatchObject({ received: most, written: 0 });
    await serve(live);
    await onlooker.until(() => collector.progress.written > 2 * most);
    const { received, written, refused } = await collector.close(patienceMs);
    expect({ written, refused }).toEqual({ written: received, refused: 0 });
    expect(largest).toBe(most);
    expect(await rowsIn(live)).toBe(received);
    expect(await gapsOf(live.stage.store)).toEqual([]);
    expect(await unexcused(live.stage.store)).toEqual([]);
  });

  it('costs a bounded memory: what does not fit any more is a gap with its limits', async () => {
    await using live = await openLiveStage();
    const { hub } = live;
    const bounded: CollectorOptions['hub'] = {
      realtime: { subscribe: (all, handler) => hub.realtime.subscribe(all, handler, { buffer: 100 }) },
    };
    const collector = await collect(live, { hub: bounded, most: 100 });
    const onlooker = new Onlooker();
    await using watching = await hub.realtime.subscribe(feeds, onlooker.hear);
    await watching.ready;
    await onlooker.more(500);
    await serve(live);
    await onlooker.until(() => collector.progress.written > 300);
    const { received, written } = await collector.close(patienceMs);
    expect(written).toBe(received);
    const gaps = await gapsOf(live.stage.store);
    expect(new Set(gaps.map(({ cause }) => cause))).toEqual(new Set(['slow-consumer']));
    expect(gaps.every(({ untilMs }) => untilMs !== null)).toBe(true);
    expect(await unexcused(live.stage.store)).toEqual([]);
  });
});

describe('trouble in the middle', () => {
  it('of a Redis that forgets everything costs nothing of what the collector has received', async () => {
    await using pair = await startRedisPair({ blessed: true });
    await using live = await openLiveStage({}, { main: pair.mainUrl, gatekeeper: pair.gatekeeperUrl });
    await serve(live);
    const told: CollectorEvent[] = [];
    const collector = await collect(live, { onEvent: (event) => told.push(event) });
    const onlooker = new Onlooker();
    await using watching = await live.hub.realtime.subscribe(feeds, onlooker.hear);
    await watching.ready;
    await onlooker.until(() => collector.progress.written > 20);
    await pair.restartMain();
    const before = collector.progress.written;
    await onlooker.until(() => collector.progress.written > before + 200);
    const { received, written, refused } = await collector.close(patienceMs);
    expect({ written, refused }).toEqual({ written: received, refused: 0 });
    expect(await rowsIn(live)).toBe(received);
    expect(await unexcused(live.stage.store)).toEqual([]);
    expect(told.some(({ kind }) => kind === 'refused')).toBe(false);
  });

  it('that ends some batches is made up for in their order, and nothing is written twice', async () => {
    await using live = await openLiveStage();
    await serve(live);
    const { sink } = live;
    const attempts: number[] = [];
    let answers = 0;
    const collector = await collect(live, {
      sink: {
        write: async (batch, signal) => {
          attempts.push(Number(batch.batchId.split('.').at(-1)));
          if (attempts.length === 2 || attempts.length === 3) throw new Error('the line is down');
          const result = await sink.write(batch, signal);
          // The batch was written all the same.
          if (attempts.length === 6) throw new Error('the answer is lost');
          answers += 1;
          return result;
        },
      },
    });
    const onlooker = new Onlooker();
    await using watching = await live.hub.realtime.subscribe(feeds, onlooker.hear);
    await watching.ready;
    await onlooker.until(() => answers >= 10);
    const { received, written } = await collector.close(patienceMs);
    expect(attempts.slice(0, 4)).toEqual([1, 2, 2, 2]);
    expect(written).toBe(received);
    expect(await rowsIn(live)).toBe(received);
    expect(await unexcused(live.stage.store)).toEqual([]);
  });
});

describe('close', () => {
  it('gives up in time where nobody writes; what was published is written later', async () => {
    await using live = await openLiveStage();
    const collector = await collect(live);
    const onlooker = new Onlooker();
    await using watching = await live.hub.realtime.subscribe(feeds, onlooker.hear);
    await watching.ready;
    await onlooker.until(() => collector.progress.received >= 40);
    const { received, written } = await collector.close(300);
    expect(written).toBe(0);
    await serve(live);
    const committed = (): number =>
      live.stage.events.reduce((sum, event) => sum + (event.kind === 'committed' ? event.rows : 0), 0);
    await onlooker.until(() => committed() === received);
    expect(await rowsIn(live)).toBe(received);
    expect(await unexcused(live.stage.store)).toEqual([]);
  });

  it('gives up in time also where Redis does not answer', async () => {
    await using pair = await startRedisPair({ blessed: true });
    await using live = await openLiveStage({}, { main: pair.mainUrl, gatekeeper: pair.gatekeeperUrl });
    const collector = await collect(live);
    const onlooker = new Onlooker();
    await using watching = await live.hub.realtime.subscribe(feeds, onlooker.hear);
    await watching.ready;
    await onlooker.until(() => collector.progress.received >= 20);
    await pair.killMain('SIGSTOP');
    const { received, written } = await collector.close(300);
    expect(received).toBeGreaterThanOrEqual(20);
    expect(written).toBe(0);
    await pair.killMain('SIGCONT');
  });
});

describe('two runs', () => {
  it('have a gap between them, from the last row of the one until the other is live', async () => {
    await using live = await openLiveStage();
    const { store } = live.stage;
    await serve(live);
    const onlooker = new Onlooker();
    await using watching = await live.hub.realtime.subscribe(feeds, onlooker.hear);
    await watching.ready;
    const first = await collect(live);
    await onlooker.until(() => first.progress.written >= 100);
    await first.close(patienceMs);
    const before = new Map<string, number>();
    for (const symbol of symbols) before.set(symbol, (await ticksOf(store, symbol)).at(-1)?.receivedMs ?? 0);
    await onlooker.more(100);
    const second = await collect(live);
    await onlooker.until(() => second.progress.written >= 100);
    await second.close(patienceMs);
    for (const symbol of symbols) {
      const [gap, ...others] = await gapsOf(store, symbol);
      expect(others).toEqual([]);
      expect(gap).toMatchObject({ cause: 'not-collected', sinceMs: before.get(symbol) });
      const later = (await ticksOf(store, symbol)).filter(({ receivedMs }) => receivedMs > (gap?.sinceMs ?? 0));
      expect(gap?.untilMs).toBeLessThanOrEqual(later[0]?.receivedMs ?? 0);
      expect(later.length).toBeGreaterThan(0);
    }
    expect(await unexcused(store)).toEqual([]);
  });

  it('share a gap that was open when the one ended: it ends where the other is live', async () => {
    // The key stays taken for a while, so the feeds come back later than the collector has gone.
    await using live = await openLiveStage({ live: { releaseMs: 100_000 } });
    const { sim, stage } = live;
    await serve(live);
    const onlooker = new Onlooker();
    await using watching = await live.hub.realtime.subscribe(feeds, onlooker.hear);
    await watching.ready;
    const first = await collect(live);
    await onlooker.until(() => first.progress.written >= 100);
    sim.live.disconnect({ how: 'reset' });
    await onlooker.until(() => first.progress.gaps.open === feeds.length);
    expect(await first.close(patienceMs)).toMatchObject({ gaps: { open: feeds.length } });
    const open = await gapsOf(stage.store);
    expect(open.map(({ cause, untilMs }) => [cause, untilMs])).toEqual(symbols.map(() => ['disconnect', null]));

    const second = await collect(live);
    await onlooker.until(() => second.progress.written >= 100);
    await second.close(patienceMs);
    const closed = await gapsOf(stage.store);
    expect(closed.map(({ id, sinceMs }) => ({ id, sinceMs }))).toEqual(
      open.map(({ id, sinceMs }) => ({ id, sinceMs })),
    );
    for (const { symbol, sinceMs, untilMs } of closed) {
      const later = (await ticksOf(stage.store, symbol)).find(({ receivedMs }) => receivedMs > sinceMs);
      expect(untilMs).toBeLessThanOrEqual(later?.receivedMs ?? 0);
    }
    expect(await unexcused(stage.store)).toEqual([]);
  });
});
