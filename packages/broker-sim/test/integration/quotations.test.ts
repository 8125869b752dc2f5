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
