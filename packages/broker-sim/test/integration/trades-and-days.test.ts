import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBrokerSim, type BrokerSim } from '../../src/index.js';
import { code, endpoints, json, kst, quotation, rows, signIn, stock, stoppedClock, type Row } from '../support/kis.js';
import { sample, shapeOf } from '../support/sample.js';

const DAY = '2026-11-06';
const EVENING = kst(DAY, '21:00:00');

const clock = stoppedClock(EVENING);
let sim: BrokerSim;
let headers: Row;

beforeAll(async () => {
  sim = await startBrokerSim({ now: clock.now, limit: { perSecond: 1_000 } });
  headers = await signIn(sim);
});
beforeEach(() => {
  clock.set(EVENING);
});
afterAll(() => sim.close());

const ask = (endpoint: readonly [string, string], query: Row) => quotation(sim, headers, endpoint, query);
const labels = (found: readonly Row[]): string[] => found.map((row) => row.stck_cntg_hour ?? '');

describe('trades', () => {
  it('at or before a second have the fields of the sample, 30 of them', async () => {
    const reply = await ask(endpoints.conclusion, { ...stock(), FID_INPUT_HOUR_1: '141200' });
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('inquire-time-itemconclusion')));
    const found = rows(reply);
    expect(found).toHaveLength(30);
    expect(labels(found)).toEqual(labels(found).sort().reverse());
    expect((found[0]?.stck_cntg_hour ?? '') <= '141200').toBe(true);
    const [first, second] = found;
    expect(Number(first?.acml_vol) - Number(first?.cnqn)).toBe(Number(second?.acml_vol));
  });

  it('of the future stay hidden, and so do those of yesterday', async () => {
    clock.set(kst(DAY, '09:00:40'));
    const early = labels(rows(await ask(endpoints.conclusion, { ...stock(), FID_INPUT_HOUR_1: '153000' })));
    expect(early.length).toBeGreaterThan(0);
    expect(early.every((label) => label <= '090040')).toBe(true);
    clock.set(kst('2026-11-07', '12:00:00'));
    expect(rows(await ask(endpoints.conclusion, { ...stock(), FID_INPUT_HOUR_1: '153000' }))).toEqual([]);
  });

  it('the latest ones have the fields of the sample', async () => {
    const reply = await ask(endpoints.ccnl, stock());
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('inquire-ccnl')));
    expect(rows(reply, 'output')).toHaveLength(30);
  });
});

describe('inquire-daily-itemchartprice', () => {
  const daily = (from: string, to: string, more: Row = {}) =>
    ask(endpoints.daily, {
      ...stock(),
      FID_INPUT_DATE_1: from,
      FID_INPUT_DATE_2: to,
      FID_PERIOD_DIV_CODE: 'D',
      FID_ORG_ADJ_PRC: '1',
      ...more,
    });

  it('has the fields of the sample', async () => {
    const reply = await daily('20261102', '20261106');
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('inquire-daily-itemchartprice')));
  });

  it('gives the days of the truth, newest first', async () => {
    const found = rows(await daily('20261031', '20261108'));
    const { rows: truth } = sim.truth({
      symbols: ['005930'],
      venue: 'KRX',
      interval: '1d',
      from: '2026-11-02',
      to: DAY,
    });
    expect(
      found.map((row) =>
        [row.stck_oprc, row.stck_hgpr, row.stck_lwpr, row.stck_clpr, row.acml_vol, row.acml_tr_pbmn].map(Number),
      ),
    ).toEqual(truth.map((bar) => [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.value]).reverse());
    expect(Number(found[0]?.prdy_vrss)).toBe(Number(found[0]?.stck_clpr) - Number(found[1]?.stck_clpr));
  });

  it('prefers the rows nearest to the end, 100 at most', async () => {
    const found = rows(await daily('20260101', '20261106'));
    expect(found).toHaveLength(100);
    expect(found[0]?.stck_bsop_date).toBe('20261106');
  });

  it('includes today while it is open', async () => {
    clock.set(kst(DAY, '10:00:00'));
    const [newest] = rows(await daily('20261105', '20261106'));
    const soFar = sim.market.dayAt('005930', 'KRX', '20261106', clock.now());
    expect(newest).toMatchObject({ stck_bsop_date: '20261106', acml_vol: String(soFar?.volume) });
  });

  it('adds days up to weeks, months and years', async () => {
    const days = rows(await daily('20261102', '20261106'));
    const [week] = rows(await daily('20261102', '20261106', { FID_PERIOD_DIV_CODE: 'W' }));
    const total = days.reduce((sum, day) => sum + Number(day.acml_vol), 0);
    expect(week).toMatchObject({ acml_vol: String(total), stck_oprc: days.at(-1)?.stck_oprc });
    expect(rows(await daily('20260901', '20261106', { FID_PERIOD_DIV_CODE: 'M' }))).toHaveLength(3);
    expect(rows(await daily('20251229', '20260105', { FID_PERIOD_DIV_CODE: 'Y' }))).toHaveLength(2);
  });

  it('gives raw prices for 1 and adjusted ones for 0, which differ before a split', async () => {
    const around = (original: string) =>
      daily('20260227', '20260303', { ...stock('003460'), FID_ORG_ADJ_PRC: original });
    const [raw, adjusted] = [rows(await around('1')), rows(await around('0'))];
    expect(raw.map((row) => row.stck_bsop_date)).toEqual(['20260303', '20260227']);
    expect(raw[0]?.stck_clpr).toBe(adjusted[0]?.stck_clpr);
    expect(Number(adjusted[1]?.stck_clpr)).toBe(Math.round(Number(raw[1]?.stck_clpr) / 5));
    expect(Number(adjusted[1]?.acml_vol)).toBe(Number(raw[1]?.acml_vol) * 5);
    expect(adjusted[1]?.acml_tr_pbmn).toBe(raw[1]?.acml_tr_pbmn);
    expect(Math.abs(Number(raw[0]?.prdy_vrss))).toBeLessThan(Number(raw[0]?.stck_clpr) * 0.1);
  });

  it('leaves a halted day out', async () => {
    const found = rows(await daily('20261103', '20261105', stock('035720')));
    expect(found.map((row) => row.stck_bsop_date)).toEqual(['20261105', '20261103']);
  });

  it.each<[Row]>([[{ FID_PERIOD_DIV_CODE: 'H' }], [{ FID_ORG_ADJ_PRC: '2' }]])('refuses %j', async (wrong) => {
    expect(code(await daily('20261102', '20261106', wrong))).toBe('OPSQ2001');
  });
});

describe('chk-holiday', () => {
  const holidays = (cursor = '', more: Row = {}) =>
    quotation(sim, { ...headers, ...more }, endpoints.holiday, {
      BASS_DT: '20261112',
      CTX_AREA_NK: cursor,
      CTX_AREA_FK: '',
    });

  it('has the fields and paddings of the sample', async () => {
    const reply = await holidays();
    const expected = sample('chk-holiday') as Row;
    expect(shapeOf(json(reply))).toEqual(shapeOf(expected));
    expect(json(reply)).toMatchObject({ msg_cd: 'KIOK0500', ctx_area_nk: '20261206            ' });
    expect(reply.headers.get('tr_cont')).toBe('F');
    expect(rows(reply, 'output')).toHaveLength(24);
    expect(rows(reply, 'output')[2]).toEqual({
      bass_dt: '20261114',
      wday_dvsn_cd: '07',
      bzdy_yn: 'N',
      tr_day_yn: 'Y',
      opnd_yn: 'N',
      sttl_day_yn: 'N',
    });
  });

  it('pages to the end of the year', async () => {
    const found: Row[] = [];
    const signs: (string | null)[] = [];
    for (let cursor = '', next: Row = {}; ; next = { tr_cont: 'N' }) {
      const reply = await holidays(cursor, next);
      found.push(...rows(reply, 'output'));
      signs.push(reply.headers.get('tr_cont'));
      if (!['F', 'M'].includes(signs.at(-1) ?? '')) break;
      cursor = json(reply).ctx_area_nk as string;
    }
    expect(signs).toEqual(['F', 'M', 'D']);
    expect(found).toHaveLength(50);
    expect(found.filter((row) => row.opnd_yn === 'Y')).toHaveLength(34);
    expect(found.at(-1)).toMatchObject({ bass_dt: '20261231', opnd_yn: 'N', bzdy_yn: 'Y' });
  });
});
