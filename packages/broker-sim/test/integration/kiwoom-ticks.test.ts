import { describe, expect, it } from 'vitest';
import { type BrokerSim } from '../../src/index.js';
import { json, kst, type Row } from '../support/kis.js';
import { ask, dayBody, figures, listOf, minuteBody, kiwoomPerTest, pagesOf } from '../support/kiwoom.js';
import { namesOf, sample, shapeOf } from '../support/sample.js';

let sim: BrokerSim;
const open = kiwoomPerTest((opened) => {
  sim = opened;
});

const evening = { now: () => kst('2026-11-06', '21:00:00') };

describe('ka10079, the tick chart', () => {
  const body = (tic_scope = '1') => ({ stk_cd: '005930', tic_scope, upd_stkpc_tp: '0' });

  it('answers like the sample, field by field, without any sign', async () => {
    const headers = await open();
    const reply = await ask(sim, headers, 'ka10079', body());
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('kiwoom/ka10079')));
    expect(namesOf(json(reply))).toEqual(namesOf(sample('kiwoom/ka10079')));
    const found = listOf(reply, 'ka10079');
    expect(found).toHaveLength(900);
    expect(found.flatMap((row) => Object.values(row)).every((value) => /^\d+$/.test(value))).toBe(true);
    // Several trades fall into one second.
    expect(new Set(found.map((row) => row.cntr_tm)).size).toBeLessThan(900);
  });

  it('tells every trade once: a day adds up to its volume, in single trades and in tens', async () => {
    const headers = await open(evening);
    const volume = sim.truth({ symbols: ['005930'], venue: 'KRX', interval: '1d', from: '20261105', to: '20261105' })
      .rows[0]?.volume;
    for (const scope of ['1', '10']) {
      const found = (await pagesOf(sim, headers, 'ka10079', body(scope))).flat();
      const day = found.filter((row) => row.cntr_tm?.startsWith('20261105') === true);
      expect(day.reduce((sum, row) => sum + Number(row.trde_qty), 0)).toBe(volume);
      expect(found.at(-1)?.cntr_tm?.slice(0, 8)).toBe('20261102');
      const times = found.map((row) => row.cntr_tm ?? '');
      expect([...times].sort().reverse()).toEqual(times);
    }
  });
});

describe('bars that differ', () => {
  it('change Kiwoom’s answer and nothing else; the row stays sound', async () => {
    const plain = await open(evening);
    const minute = { base_dt: '20261105' };
    const find = (list: readonly Row[]): number => list.findIndex((row) => row.cntr_tm === '20261105100000');
    const before = listOf(await ask(sim, plain, 'ka10080', minuteBody('005930', minute)), 'ka10080');
    const dayBefore = listOf(await ask(sim, plain, 'ka10081', dayBody()), 'ka10081')[1] ?? {};
    await sim.close();
    const headers = await open({
      ...evening,
      kiwoom: {
        differs: [
          { symbol: '005930', day: '2026-11-05', minute: '1000', volume: 7, close: 5_000 },
          { symbol: '005930', day: '20261105', volume: -100 },
        ],
      },
    });
    const after = listOf(await ask(sim, headers, 'ka10080', minuteBody('005930', minute)), 'ka10080');
    const place = find(before);
    const [open_ = 0, , low = 0, close = 0, volume = 0] = figures(before[place] ?? {});
    expect(figures(after[place] ?? {})).toEqual([open_, close + 5_000, low, close + 5_000, volume + 7]);
    // The running total follows until the end of the day, and no other figure moves.
    const total = (list: readonly Row[]) => list.map((row) => Number(row.acc_trde_qty));
    const shifted = total(before).map((value, index) =>
      before[index]?.cntr_tm?.startsWith('20261105') === true && index <= place ? value + 7 : value,
    );
    expect(total(after)).toEqual(shifted);
    expect(after.toSpliced(place, 1).map(figures)).toEqual(before.toSpliced(place, 1).map(figures));
    const day = listOf(await ask(sim, headers, 'ka10081', dayBody()), 'ka10081')[1] ?? {};
    expect(figures(day)).toEqual(figures(dayBefore).with(4, (figures(dayBefore)[4] ?? 0) - 100));
    const query = { symbols: ['005930'], venue: 'KRX' as const, from: '20261105', to: '20261105' };
    const truth = sim
      .truth({ ...query, interval: '1m' })
      .rows.find((row) => row.startMs === kst('2026-11-05', '10:00:00'));
    expect(truth?.volume).toBe(volume);
  });
});
