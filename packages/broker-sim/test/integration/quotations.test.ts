import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBrokerSim, type BrokerSim } from '../../src/index.js';
import {
  code,
  endpoints,
  historyQuery,
  json,
  kst,
  quotation,
  rows,
  signIn,
  stock,
  stoppedClock,
  type Row,
} from '../support/kis.js';
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

describe('inquire-price', () => {
  it('has the fields of the sample, and no stock name', async () => {
    const reply = await ask(endpoints.price, stock('000660'));
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('inquire-price')));
  });

  it('says what the market says', async () => {
    const { output } = json(await ask(endpoints.price, stock())) as { output: Row };
    const day = sim.market.day('005930', 'KRX', '20261106');
    expect([output.stck_prpr, output.acml_vol, output.acml_tr_pbmn].map(Number)).toEqual([
      day?.close,
      day?.volume,
      day?.value,
    ]);
    const before = sim.market.day('005930', 'KRX', '20261105')?.close ?? 0;
    expect(Number(output.prdy_vrss)).toBe((day?.close ?? 0) - before);
    expect(output.prdy_vrss_sign).toBe(Number(output.prdy_vrss) > 0 ? '2' : Number(output.prdy_vrss) < 0 ? '5' : '3');
  });

  it('gives zeros for an unknown code, and no error', async () => {
    const reply = json(await ask(endpoints.price, stock('999999')));
    expect(reply).toMatchObject({ rt_cd: '0', msg_cd: 'MCA00000', output: { stck_prpr: '0', acml_vol: '0' } });
  });

  it('marks a halted symbol', async () => {
    clock.set(kst('2026-11-04', '11:00:00'));
    const { output } = json(await ask(endpoints.price, stock('035720'))) as { output: Row };
    expect(output).toMatchObject({ temp_stop_yn: 'Y', iscd_stat_cls_code: '58', acml_vol: '0' });
  });
});

describe('inquire-time-dailychartprice', () => {
  it('has the fields of the sample', async () => {
    const reply = await ask(endpoints.history, historyQuery('20261105'));
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('inquire-time-dailychartprice')));
    expect(rows(reply)).toHaveLength(120);
  });

  it('gives a whole day in four pages that equal the truth, with cumulative values', async () => {
    const found: Row[] = [];
    for (let hour = '153000'; ;) {
      const page = rows(await ask(endpoints.history, historyQuery('20261105', hour)));
      found.push(...page);
      if (page.length < 120) break;
      const last = page.at(-1)?.stck_cntg_hour ?? '';
      const minutes = Number(last.slice(0, 2)) * 60 + Number(last.slice(2, 4)) - 1;
      hour = `${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}00`;
    }
    expect(found).toHaveLength(381);
    const { rows: truth } = sim.truth({
      symbols: ['005930'],
      venue: 'KRX',
      interval: '1m',
      from: '2026-11-05',
      to: '2026-11-05',
    });
    let value = 0;
    const expected = truth.map((bar) => {
      value += bar.value;
      return [
        new Date(bar.startMs + 9 * 3_600_000).toISOString().slice(11, 19).replaceAll(':', ''),
        bar.close,
        bar.volume,
        value,
      ];
    });
    expect(
      found
        .reverse()
        .map((row) => [row.stck_cntg_hour, Number(row.stck_prpr), Number(row.cntg_vol), Number(row.acml_tr_pbmn)]),
    ).toEqual(expected);
  });

  it('is inclusive, newest first, and has no 15:20 to 15:29', async () => {
    const found = labels(rows(await ask(endpoints.history, historyQuery('20261105', '140000'))));
    expect([found[0], found.at(-1)]).toEqual(['140000', '120100']);
    const end = labels(rows(await ask(endpoints.history, historyQuery('20261105'))));
    expect(end.slice(0, 2)).toEqual(['153000', '151900']);
  });

  it('omits minutes without trades', async () => {
    const found = rows(await ask(endpoints.history, historyQuery('20261105', '153000', stock('003460'))));
    expect(found.length).toBeGreaterThan(10);
    expect(found.every((row) => Number(row.cntg_vol) > 0)).toBe(true);
    expect(found.length).toBeLessThan(120);
  });

  it.each([
    ['a Sunday', '20261101'],
    ['a holiday', '20261009'],
    ['the future', '20261109'],
    ['the time before retention', '20251001'],
  ])('answers %s with success and no rows', async (_, day) => {
    expect(json(await ask(endpoints.history, historyQuery(day)))).toEqual(sample('inquire-time-dailychartprice-empty'));
  });

  it('answers an unknown code with success and no rows', async () => {
    const query = historyQuery('20261105', '153000', stock('999999'));
    expect(json(await ask(endpoints.history, query))).toEqual(sample('inquire-time-dailychartprice-empty'));
  });

  it('reaches back 250 trading days, today included', async () => {
    const days = sim.truth({ symbols: ['005930'], venue: 'KRX', interval: '1m', from: '2025-10-01', to: DAY }).days;
    const retained = days.filter((day) => day.retained);
    expect(retained).toHaveLength(250);
    const [oldest = ''] = retained.map((day) => day.day.replaceAll('-', ''));
    expect(rows(await ask(endpoints.history, historyQuery(oldest)))).toHaveLength(120);
  });

  it('is empty for the halted day but knows the symbol', async () => {
    const reply = json(await ask(endpoints.history, historyQuery('20261104', '153000', stock('035720'))));
    expect(reply).toMatchObject({ output1: { hts_kor_isnm: '카카오' }, output2: [] });
  });

  it('goes on into the trading day before when asked to', async () => {
    const query = historyQuery('20261102', '090500', { FID_PW_DATA_INCU_YN: 'Y' });
    const found = rows(await ask(endpoints.history, query));
    expect(found).toHaveLength(120);
    expect(found[5]).toMatchObject({ stck_bsop_date: '20261102', stck_cntg_hour: '090000' });
    expect(found[6]).toMatchObject({ stck_bsop_date: '20261030', stck_cntg_hour: '153000' });
  });

  it('ends an examination day at 16:30', async () => {
    clock.set(kst('2026-11-20', '09:00:00'));
    const fresh = await startBrokerSim({ now: clock.now });
    const found = labels(
      rows(await quotation(fresh, await signIn(fresh), endpoints.history, historyQuery('20261119', '163000'))),
    );
    await fresh.close();
    expect(found.slice(0, 2)).toEqual(['163000', '161900']);
  });

  it.each<[Row, string]>([
    [{ FID_INPUT_HOUR_1: '9' }, 'OPSQ2002'],
    [{ FID_INPUT_DATE_1: '20260231' }, 'OPSQ2002'],
  ])('refuses %j', async (wrong, expected) => {
    expect(code(await ask(endpoints.history, historyQuery('20261105', '153000', wrong)))).toBe(expected);
  });
});

describe('inquire-time-itemchartprice', () => {
  const today = (hour: string, more: Row = {}) =>
    ask(endpoints.today, {
      ...stock(),
      FID_INPUT_HOUR_1: hour,
      FID_PW_DATA_INCU_YN: 'N',
      FID_ETC_CLS_CODE: '',
      ...more,
    });

  it('has the fields of the sample and 30 contiguous labels, the auction minutes too', async () => {
    const reply = await today('153000');
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('inquire-time-itemchartprice')));
    const found = rows(reply);
    expect(labels(found)).toEqual(Array.from({ length: 30 }, (_, back) => `15${String(30 - back).padStart(2, '0')}00`));
    expect(found.slice(1, 11).map((row) => row.cntg_vol)).toEqual(Array.from({ length: 10 }, () => '0'));
    expect(Number(found[0]?.cntg_vol)).toBeGreaterThan(0);
  });

  it('shows the forming bar', async () => {
    clock.set(kst(DAY, '10:15:20'));
    const [newest] = rows(await today('101500'));
    const forming = sim.market.barsAt('005930', 'KRX', '20261106', clock.now()).at(-1);
    expect(newest).toMatchObject({ stck_cntg_hour: '101500', cntg_vol: String(forming?.volume) });
  });

  it('repeats the price for labels of the future; the one asked for carries the forming volume', async () => {
    clock.set(kst(DAY, '10:15:40'));
    const found = rows(await today('101800'));
    const [asked, before, , forming] = found;
    expect(labels(found).slice(0, 4)).toEqual(['101800', '101700', '101600', '101500']);
    expect(before).toMatchObject({ cntg_vol: '0', acml_tr_pbmn: forming?.acml_tr_pbmn, stck_prpr: forming?.stck_prpr });
    expect(asked).toMatchObject({ cntg_vol: forming?.cntg_vol, acml_tr_pbmn: forming?.acml_tr_pbmn });
  });

  it('knows today only, and fewer rows in the morning', async () => {
    expect(labels(rows(await today('090200')))).toEqual(['090200', '090100', '090000']);
    clock.set(kst('2026-11-07', '12:00:00'));
    expect(rows(await today('120000'))).toEqual([]);
  });

  it('begins at eight on NXT', async () => {
    const found = labels(rows(await today('080100', stock('005930', 'NX'))));
    expect(found).toEqual(['080100', '080000']);
  });
});

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
