import { describe, expect, it, vi } from 'vitest';

import type { Venue } from '../../src/index.js';
import { kst } from '../support/kis.js';
import {
  approve,
  connect,
  livePerTest,
  readFrame,
  START,
  subscribe,
  subscribed,
  unsubscribe,
  type Client,
  type LiveStage,
} from '../support/live.js';

const open = livePerTest();

const DAY = '20261106';
const MINUTE = 60_000;

/** What the tape holds from a second (exclusive) to another (inclusive). */
const tape = ({ sim }: LiveStage, venue: Venue, from: number, to: number, code = '005930') => {
  const ticks = sim.market.ticks(code, venue, DAY);
  return Array.from({ length: ticks.count }, (_none, index) => ({
    second: ticks.second[index] ?? 0,
    price: String(ticks.price[index]),
    size: String(ticks.size[index]),
    volume: String(ticks.volume[index]),
    value: String(ticks.value[index]),
    side: ticks.buy[index] === 1 ? '1' : '5',
  })).filter(({ second }) => second > from && second <= to);
};

const hhmmss = (second: number): string => new Date(second * 1_000).toISOString().slice(11, 19).replaceAll(':', '');

/** Records until there are as many. */
const collect = async (client: Client, count: number): Promise<(readonly string[])[]> => {
  const records: (readonly string[])[] = [];
  while (records.length < count) records.push(...readFrame(await client.next()).records);
  return records;
};

const TEN = 36_000;

describe('trades of KIS', () => {
  it.each([
    ['H0STCNT0', 'KRX'],
    ['H0NXCNT0', 'NXT'],
    ['H0UNCNT0', 'UN'],
  ] as const)('%s are those of the market that the clock passes', async (tr, venue) => {
    const stage = await open();
    const client = await connect(stage.sim, 'kis');
    await subscribed(client, await approve(stage.sim), tr, '005930');
    stage.pass(MINUTE);
    const expected = tape(stage, venue, TEN, TEN + 60);
    const records = await collect(client, expected.length);
    expect(records.map((record) => [0, 1, 2, 12, 13, 14, 21, 33].map((field) => record[field]))).toEqual(
      expected.map(({ second, price, size, volume, value, side }) => [
        '005930',
        hhmmss(second),
        price,
        size,
        volume,
        value,
        side,
        DAY,
      ]),
    );
    expect(new Set(records.map((record) => record.length))).toEqual(new Set([47]));
    expect(await client.drained()).toEqual([]);
  });

  it('begin with the registration: no snapshot and no replay', async () => {
    const stage = await open();
    const client = await connect(stage.sim, 'kis');
    const approval = await approve(stage.sim);
    await subscribed(client, approval, 'H0STCNT0', '005930');
    stage.pass(999);
    expect(await client.drained()).toEqual([]);
    stage.pass(MINUTE - 999);
    const first = tape(stage, 'KRX', TEN, TEN + 60);
    expect(await collect(client, first.length)).toHaveLength(first.length);
    await client.ask(unsubscribe(approval, 'H0STCNT0', '005930'));
    stage.pass(MINUTE);
    await subscribed(client, approval, 'H0STCNT0', '005930');
    stage.pass(MINUTE);
    const third = tape(stage, 'KRX', TEN + 120, TEN + 180);
    const records = await collect(client, third.length);
    expect(records.map((record) => record[13])).toEqual(third.map(({ volume }) => volume));
  });

  it('go out before the answer to a release when the clock has passed them', async () => {
    const stage = await open({ live: { pollMs: 60_000 } });
    const client = await connect(stage.sim, 'kis');
    const approval = await approve(stage.sim);
    await subscribed(client, approval, 'H0STCNT0', '005930');
    stage.pass(MINUTE);
    client.send(unsubscribe(approval, 'H0STCNT0', '005930'));
    const expected = tape(stage, 'KRX', TEN, TEN + 60);
    expect(await collect(client, expected.length)).toHaveLength(expected.length);
    expect(await client.next()).toContain('OPSP0001');
  });

  it('share frames, up to as many records as were set', async () => {
    const stage = await open({ live: { recordsPerFrame: 3, pollMs: 60_000 } });
    const client = await connect(stage.sim, 'kis');
    const approval = await approve(stage.sim);
    await subscribed(client, approval, 'H0STCNT0', '005930');
    stage.pass(MINUTE);
    client.send(unsubscribe(approval, 'H0STCNT0', '005930'));
    const { length } = tape(stage, 'KRX', TEN, TEN + 60);
    const counts: number[] = [];
    for (let left = length; left > 0; left -= 3) counts.push(readFrame(await client.next()).records.length);
    expect(counts).toEqual([
      ...Array<number>(Math.floor(length / 3)).fill(3),
      ...(length % 3 === 0 ? [] : [length % 3]),
    ]);
    expect(length).toBeGreaterThan(3);
  });

  it('have as many more fields as were set', async () => {
    const stage = await open({ live: { extraFields: 2 } });
    const client = await connect(stage.sim, 'kis');
    await subscribed(client, await approve(stage.sim), 'H0STCNT0', '005930');
    stage.pass(MINUTE);
    expect((await collect(client, 1))[0]).toHaveLength(49);
  });

  it('may come before the acknowledgement', async () => {
    const stage = await open({ live: { dataBeforeAck: true } });
    const client = await connect(stage.sim, 'kis');
    client.send(subscribe(await approve(stage.sim), 'H0STCNT0', '005930'));
    await vi.waitFor(() => expect(stage.sim.live.sessions()[0]?.registrations).toHaveLength(1));
    stage.pass(MINUTE);
    expect(readFrame(await client.next()).tr).toBe('H0STCNT0');
    const rest: string[] = [];
    while (!rest.some((text) => text.includes('OPSP0000'))) rest.push(await client.next());
  });

  it('never come for codes that nobody has and on closed days', async () => {
    const stage = await open();
    const client = await connect(stage.sim, 'kis');
    const approval = await approve(stage.sim);
    await subscribed(client, approval, 'H0STCNT0', '999999');
    stage.pass(MINUTE);
    expect(await client.drained()).toEqual([]);
    stage.clock.set(kst('2026-11-07', '09:00:00'));
    await client.drained();
    await subscribed(client, approval, 'H0STCNT0', '005930');
    stage.clock.set(kst('2026-11-08', '21:00:00'));
    expect(await client.drained()).toEqual([]);
  });

  it('go on over night, with the figures of the new day', async () => {
    const stage = await open();
    stage.clock.set(kst('2026-11-05', '15:29:59'));
    const client = await connect(stage.sim, 'kis');
    await subscribed(client, await approve(stage.sim), 'H0STCNT0', '005930');
    stage.clock.set(kst('2026-11-06', '09:01:00'));
    const today = tape(stage, 'KRX', 0, 9 * 3600 + 60);
    // The closing auction of the day before, then the first minute.
    const records = await collect(client, 1 + today.length);
    expect(records[0]?.[33]).toBe('20261105');
    expect(records.slice(1).map((record) => [record[33], record[13]])).toEqual(
      today.map(({ volume }) => [DAY, volume]),
    );
  });
});

describe('order books of KIS', () => {
  it.each([
    ['H0STASP0', 'KRX', 59],
    ['H0NXASP0', 'NXT', 65],
    ['H0UNASP0', 'UN', 65],
  ] as const)('%s come when a trade changed them', async (tr, venue, width) => {
    const stage = await open();
    const client = await connect(stage.sim, 'kis');
    await subscribed(client, await approve(stage.sim), tr, '005930');
    expect(await client.drained()).toEqual([]);
    stage.pass(MINUTE);
    const [record = []] = await collect(client, 1);
    const book = stage.sim.market.book('005930', venue, stage.clock.now());
    expect(record).toHaveLength(width);
    expect(record[1]).toBe(hhmmss(book?.second ?? 0));
    expect([3, 13, 23, 33].map((field) => Number(record[field]))).toEqual([
      book?.asks[0]?.price,
      book?.bids[0]?.price,
      book?.asks[0]?.size,
      book?.bids[0]?.size,
    ]);
    expect(record[53]).toBe(tape(stage, venue, 0, TEN + 60).at(-1)?.volume);
  });
});

describe('several feeds', () => {
  it('each get what is theirs', async () => {
    const stage = await open({ live: { recordsPerFrame: 1 } });
    const client = await connect(stage.sim, 'kis');
    const approval = await approve(stage.sim);
    for (const code of ['005930', '000660']) await subscribed(client, approval, 'H0STCNT0', code);
    stage.clock.set(START + MINUTE);
    const counts = ['005930', '000660'].map((code) => tape(stage, 'KRX', TEN, TEN + 60, code).length);
    const records = await collect(
      client,
      counts.reduce((sum, count) => sum + count, 0),
    );
    expect(['005930', '000660'].map((code) => records.filter((record) => record[0] === code).length)).toEqual(counts);
  });
});
