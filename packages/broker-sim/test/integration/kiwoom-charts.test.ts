import { describe, expect, it } from 'vitest';
import { type BrokerSim, type TruthRow, type Venue } from '../../src/index.js';
import {
  endpoints,
  historyQuery,
  json,
  kst,
  quotation,
  rows,
  signIn as signInAtKis,
  type Row,
} from '../support/kis.js';
import { ask, dayBody, figures, listOf, minuteBody, kiwoomPerTest, pagesOf, refusal } from '../support/kiwoom.js';
import { namesOf, sample, shapeOf } from '../support/sample.js';

let sim: BrokerSim;
const open = kiwoomPerTest((opened) => {
  sim = opened;
});

const evening = { now: () => kst('2026-11-06', '21:00:00') };
const startOf = ({ cntr_tm = '' }: Row): number =>
  kst(
    `${cntr_tm.slice(0, 4)}-${cntr_tm.slice(4, 6)}-${cntr_tm.slice(6, 8)}`,
    cntr_tm.slice(8).replace(/(..)(..)(..)/, '$1:$2:$3'),
  );
const truthOf = ({ open, high, low, close, volume }: TruthRow): number[] => [open, high, low, close, volume];
const timeOf = (row: Row | undefined): string => row?.cntr_tm?.slice(8) ?? '';
const isRegular = (row: Row): boolean => timeOf(row) <= '153000';

describe('ka10080, the minute chart', () => {
  it('answers like the sample, field by field', async () => {
    const headers = await open();
    const reply = await ask(sim, headers, 'ka10080', minuteBody());
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('kiwoom/ka10080')));
    expect(namesOf(json(reply))).toEqual(namesOf(sample('kiwoom/ka10080')));
    expect(json(reply)).toMatchObject({ stk_cd: '005930', return_code: 0 });
  });

  it('gives 900 rows newest first, from the minute that is forming back over several days', async () => {
    const headers = await open();
    const found = listOf(await ask(sim, headers, 'ka10080', minuteBody()), 'ka10080');
    expect(found).toHaveLength(900);
    const times = found.map((row) => row.cntr_tm ?? '');
    expect([...times].sort().reverse()).toEqual(times);
    expect(times[0]).toBe('20261106140500');
    expect(new Set(times.map((time) => time.slice(0, 8)))).toEqual(new Set(['20261106', '20261105', '20261104']));
  });

  it.each<[string, Venue]>([
    ['005930', 'KRX'],
    ['003460', 'KRX'],
    ['005930_NX', 'NXT'],
    ['005930_AL', 'UN'],
  ])('%s tells what the truth tells of %s, and echoes the code', async (code, venue) => {
    const headers = await open(evening);
    const pages = await pagesOf(sim, headers, 'ka10080', minuteBody(code), 4);
    const oldest = pages.at(-1)?.at(-1)?.cntr_tm?.slice(0, 8) ?? '';
    // The oldest day may be cut by the page.
    const told = pages
      .flat()
      .filter((row) => (row.cntr_tm ?? '').slice(0, 8) > oldest && (venue !== 'KRX' || isRegular(row)));
    const query = { symbols: [code.slice(0, 6)], venue, interval: '1m' as const, from: oldest, to: '20261106' };
    const from = Math.min(...told.map(startOf));
    const truth = sim.truth(query).rows.filter((row) => row.startMs >= from);
    expect(told.length).toBeGreaterThan(400);
    expect(told.reverse().map((row) => [startOf(row), ...figures(row)])).toEqual(
      truth.map((row) => [row.startMs, ...truthOf(row)]),
    );
    expect(json(await ask(sim, headers, 'ka10080', minuteBody(code))).stk_cd).toBe(code);
  });

  it('agrees with KIS on every minute of a day', async () => {
    const headers = await open({ ...evening, limit: { perSecond: 100 } });
    const kisHeaders = await signInAtKis(sim);
    const atKis: Row[] = [];
    for (const hour of ['153000', '132000', '112000', '092000']) {
      atKis.push(...rows(await quotation(sim, kisHeaders, endpoints.history, historyQuery('20261105', hour))));
    }
    const kis = new Map(
      atKis.map((row) => [
        `${row.stck_bsop_date ?? ''}${row.stck_cntg_hour ?? ''}`,
        [row.stck_oprc, row.stck_hgpr, row.stck_lwpr, row.stck_prpr, row.cntg_vol].map(Number),
      ]),
    );
    const found = listOf(await ask(sim, headers, 'ka10080', minuteBody('005930', { base_dt: '20261105' })), 'ka10080');
    const day = found.filter((row) => row.cntr_tm?.startsWith('20261105') === true && isRegular(row));
    expect(day).toHaveLength(381);
    expect(new Map(day.map((row) => [row.cntr_tm ?? '', figures(row)]))).toEqual(kis);
  });

  it('signs each price against the close before its own day, and none that equals it', async () => {
    const headers = await open(evening);
    const found = (await pagesOf(sim, headers, 'ka10080', minuteBody(), 4)).flat();
    const daily = listOf(await ask(sim, headers, 'ka10081', dayBody()), 'ka10081');
    const before = new Map(daily.map((row, index) => [row.dt, Number(daily[index + 1]?.cur_prc)]));
    const names = ['cur_prc', 'open_pric', 'high_pric', 'low_pric'];
    const seen = new Set<string>();
    for (const row of found) {
      const base = before.get(row.cntr_tm?.slice(0, 8)) ?? 0;
      for (const name of names) {
        const text = row[name] ?? '';
        const direction = Math.sign(Math.abs(Number(text)) - base);
        const sign = { '1': '+', '-1': '-', '0': '' }[String(direction)] ?? '?';
        seen.add(sign);
        expect(text.replace(/\d+$/, '')).toBe(sign);
      }
      expect(Number(row.pred_pre)).toBe(Math.abs(Number(row.cur_prc)) - base);
      expect(row.pred_pre_sig).toBe(Number(row.pred_pre) > 0 ? '2' : Number(row.pred_pre) < 0 ? '5' : '3');
    }
    expect(seen).toEqual(new Set(['+', '-', '']));
  });

  it('counts the day up: every step of acc_trde_qty is the volume of its row', async () => {
    const headers = await open(evening);
    const found = listOf(await ask(sim, headers, 'ka10080', minuteBody('066570')), 'ka10080').reverse();
    const day = found.filter((row) => row.cntr_tm?.startsWith('20261105') === true);
    let total = 0;
    for (const row of day) {
      total += Number(row.trde_qty);
      expect(Number(row.acc_trde_qty)).toBe(total);
    }
    // Minutes without a trade are missing.
    expect(day.length).toBeGreaterThan(300);
    expect(day.length).toBeLessThan(370);
  });

  it('adds the row of 15:35 to days that are over: small, at the close, KRX alone', async () => {
    const headers = await open(evening);
    const found = listOf(await ask(sim, headers, 'ka10080', minuteBody()), 'ka10080');
    expect(found.slice(0, 2).map(timeOf)).toEqual(['153000', '151900']);
    const [late, auction] = found.filter((row) => row.cntr_tm?.startsWith('20261105') === true);
    expect([timeOf(late), timeOf(auction)]).toEqual(['153500', '153000']);
    expect(new Set(['open_pric', 'high_pric', 'low_pric', 'cur_prc'].map((name) => late?.[name]))).toEqual(
      new Set([auction?.cur_prc]),
    );
    expect(Number(late?.trde_qty)).toBeLessThan(20_000);
    expect(Number(late?.trde_qty)).toBeGreaterThan(0);
    for (const code of ['005930_NX', '005930_AL']) {
      const other = listOf(await ask(sim, headers, 'ka10080', minuteBody(code, { base_dt: '20261105' })), 'ka10080');
      expect(other.filter((row) => timeOf(row) > '153000' && timeOf(row) < '154000')).toEqual([]);
    }
  });

  it('puts five minutes into one, from 09:00 to 15:15 and the auction', async () => {
    const headers = await open(evening);
    const one = listOf(await ask(sim, headers, 'ka10080', minuteBody()), 'ka10080').slice(0, 381);
    const five = listOf(await ask(sim, headers, 'ka10080', minuteBody('005930', { tic_scope: '5' })), 'ka10080');
    const today = five.filter((row) => row.cntr_tm?.startsWith('20261106') === true);
    expect(today).toHaveLength(77);
    expect([timeOf(today[0]), timeOf(today[1]), timeOf(today.at(-1))]).toEqual(['153000', '151500', '090000']);
    const parts = one.filter((row) => timeOf(row) >= '101000' && timeOf(row) < '101500').map(figures);
    const whole = today.find((row) => timeOf(row) === '101000') ?? {};
    expect(parts).toHaveLength(5);
    expect(figures(whole)).toEqual([
      parts.at(-1)?.[0],
      Math.max(...parts.map((part) => part[1] ?? 0)),
      Math.min(...parts.map((part) => part[2] ?? 0)),
      parts[0]?.[3],
      parts.reduce((sum, part) => sum + (part[4] ?? 0), 0),
    ]);
  });

  it('stops at base_dt, also when that day was closed', async () => {
    const headers = await open(evening);
    const newest = async (base_dt: string): Promise<string | undefined> =>
      listOf(await ask(sim, headers, 'ka10080', minuteBody('005930', { base_dt })), 'ka10080')[0]?.cntr_tm;
    expect(await newest('20261104')).toBe('20261104153500');
    expect(await newest('20261101')).toBe('20261030153500');
    expect(await newest('20270101')).toBe('20261106153000');
  });

  it('tells a split stock in old shares or in new ones', async () => {
    const headers = await open(evening);
    const ofDay = async (upd_stkpc_tp: string): Promise<Row> => {
      const body = minuteBody('003460', { base_dt: '20260227', upd_stkpc_tp });
      return listOf(await ask(sim, headers, 'ka10080', body), 'ka10080')[1] ?? {};
    };
    const [raw, adjusted] = [await ofDay('0'), await ofDay('1')];
    expect(figures(adjusted)).toEqual(
      figures(raw).map((value, index) => (index === 4 ? value * 5 : Math.round(value / 5))),
    );
  });

  it('reaches back as far as it was told, over pages that neither repeat nor miss a row', async () => {
    const headers = await open({ ...evening, kiwoom: { minuteRetentionTradingDays: 8, limit: { perTr: 100 } } });
    const pages = await pagesOf(sim, headers, 'ka10080', minuteBody());
    expect(pages.map((page) => page.length)).toEqual([900, 900, 900, 8 * 382 - 1 - 2_700]);
    const times = pages.flat().map((row) => row.cntr_tm);
    expect(new Set(times).size).toBe(times.length);
    expect(times.at(-1)).toBe('20261028090000');
  });

  it('ends with an empty key when the last page is full', async () => {
    const headers = await open(evening);
    const reply = await ask(sim, headers, 'ka10080', minuteBody('035720', { base_dt: '20240101' }));
    expect(listOf(reply, 'ka10080')).toEqual([]);
    expect([reply.headers.get('cont-yn'), reply.headers.get('next-key')]).toEqual(['N', '']);
  });

  it('goes on where the page ended although time has passed', async () => {
    let at = kst('2026-11-06', '14:05:30');
    const headers = await open({ now: () => at });
    const first = await ask(sim, headers, 'ka10080', minuteBody());
    at += 10 * 60_000;
    const paging = { 'cont-yn': 'Y', 'next-key': first.headers.get('next-key') ?? '' };
    const second = await ask(sim, { ...headers, ...paging }, 'ka10080', minuteBody());
    expect(listOf(first, 'ka10080').at(-1)?.cntr_tm).toBe('20261104115000');
    expect(listOf(second, 'ka10080')[0]?.cntr_tm).toBe('20261104114900');
  });

  it('takes back only the key that it gave for this body', async () => {
    const headers = await open();
    const first = await ask(sim, headers, 'ka10080', minuteBody());
    const key = first.headers.get('next-key') ?? '';
    expect(key).toMatch(/^A005930\d{8}.{1,33}$/);
    expect(key.length).toBeLessThanOrEqual(50);
    const next = (nextKey: string, body = minuteBody()) =>
      ask(sim, { ...headers, 'cont-yn': 'Y', 'next-key': nextKey }, 'ka10080', body);
    expect((await next(key)).status).toBe(200);
    for (const [foreign, body] of [
      ['', minuteBody()],
      ['A00593020261104', minuteBody()],
      [key, minuteBody('005930', { tic_scope: '3' })],
      [key, minuteBody('000660')],
    ] as const) {
      expect(refusal(await next(foreign, body))).toEqual([200, 2, '1517']);
    }
    // Without cont-yn it is a first page, whatever the key says.
    expect((await ask(sim, { ...headers, 'cont-yn': 'N', 'next-key': 'x' }, 'ka10080', minuteBody())).text).toBe(
      first.text,
    );
  });
});

describe('ka10081, the daily chart', () => {
  it('answers like the sample, field by field', async () => {
    const headers = await open();
    const reply = await ask(sim, headers, 'ka10081', dayBody());
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('kiwoom/ka10081')));
    expect(namesOf(json(reply))).toEqual(namesOf(sample('kiwoom/ka10081')));
  });

  it('gives 600 days newest first without signs on prices, and goes on to the first day of the history', async () => {
    const headers = await open(evening);
    const pages = await pagesOf(sim, headers, 'ka10081', dayBody('051910'));
    const found = pages.flat();
    expect(pages[0]).toHaveLength(600);
    expect([found[0]?.dt, found.at(-1)?.dt]).toEqual(['20261106', '20230102']);
    const days = found.map((row) => row.dt ?? '');
    expect([...new Set(days)].sort().reverse()).toEqual(days);
    expect(found.every((row) => /^\d+$/.test([row.cur_prc, row.open_pric, row.high_pric, row.low_pric].join('')))).toBe(
      true,
    );
    expect(new Set(found.map((row) => row.pred_pre?.replace(/\d+$/, '')))).toEqual(new Set(['+', '-', '']));
    found.slice(0, -1).forEach((row, index) => {
      expect(Number(row.pred_pre)).toBe(Number(row.cur_prc) - Number(found[index + 1]?.cur_prc));
    });
  });

  it('tells what the truth tells, amounts in million won and cut', async () => {
    const headers = await open(evening);
    for (const [code, venue] of [
      ['005930', 'KRX'],
      ['005930_NX', 'NXT'],
      ['005930_AL', 'UN'],
      ['035720', 'KRX'],
    ] as const) {
      const query = { symbols: [code.slice(0, 6)], venue, interval: '1d' as const, from: '20261026', to: '20261106' };
      const truth = sim.truth(query).rows;
      const found = listOf(await ask(sim, headers, 'ka10081', dayBody(code)), 'ka10081')
        .slice(0, truth.length)
        .reverse();
      expect(found.map((row) => [...figures(row), Number(row.trde_prica)])).toEqual(
        truth.map((row) => [...truthOf(row), Math.floor(row.value / 1_000_000)]),
      );
    }
  });

  it('has today while it forms, and says how much of the stock changed hands', async () => {
    const headers = await open();
    const [today] = listOf(await ask(sim, headers, 'ka10081', dayBody()), 'ka10081');
    const [minute] = listOf(await ask(sim, headers, 'ka10080', minuteBody()), 'ka10080');
    expect(today).toMatchObject({ dt: '20261106', trde_qty: minute?.acc_trde_qty });
    expect(today?.trde_tern_rt).toBe(`+${((Number(today?.trde_qty) / 5_919_637_922) * 100).toFixed(2)}`);
  });
});
